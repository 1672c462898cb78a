#!/usr/bin/env python3
"""What a search for flights takes beside the bare listing of the same card and folder, in turns, and how long commands wait while a sync runs.

    bench.py --cmd "COMMAND" [--files 500] [--rounds 3]

The vehicle is a stand-in on loopback; both databases are the embedded ones.
"""
import argparse, http.client, json, os, statistics, time
from replay import BASE, Bus, HTTP_PREFIX, Program
from world import Faults, World

FIRST = 1768400000


class EmbeddedDatabases(World):
    def environment(self, absent=()):
        given = super().environment(absent)
        return {k: v for k, v in given.items() if not k.startswith(("PETAL_LOCAL_DB", "PETAL_CLOUD", "PETAL_ACCESS"))}


def setup(world, files):
    stamp = lambda i: FIRST + 600 * i
    path = lambda i: "fs/microsd/log/%s/%s.ulg" % (time.strftime("%Y-%m-%d", time.gmtime(stamp(i))), time.strftime("%H_%M_%S", time.gmtime(stamp(i))))
    return {"sd_card": {path(i): 5000 * (i + 1) for i in range(files)},
            "log_entries": {str(i + 1): {"size": 5000 * (i + 1), "utc": stamp(i)} for i in range(files)},
            "local_files": {str(world.home / "rosbag_records" / ("LeafFC_%d.bag" % i)): {"size": 64, "mtime": stamp(i) + 3} for i in range(files)}}


class Client:
    def __init__(self, bus):
        self.bus, self.count = bus, 0

    def ask(self, command, payload, seconds=60):
        self.count += 1
        message = "bench-%d-%d" % (os.getpid(), self.count)
        began = time.monotonic()
        self.bus.client.publish(BASE + "/command/edge", json.dumps({"waitResponse": True, "messageId": message, "command": "petal-flight-log/" + command, "payload": payload}), 1)
        while time.monotonic() < began + seconds:
            for topic, _, answer in self.bus.messages[-200:]:
                if topic == "response" and answer.get("messageId") == message:
                    return answer, time.monotonic() - began
            time.sleep(0.0005)
        raise SystemExit("no answer to " + command)


def timed(action):
    began = time.monotonic()
    value = action()
    return value, time.monotonic() - began


def web(program, verb, path, body=None):
    connection = http.client.HTTPConnection(program.http, timeout=120)
    connection.request(verb, HTTP_PREFIX + path, json.dumps(body) if body is not None else None, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    return json.loads(answer.read())


def search(client, world):
    answer, _ = client.ask("fetch_flight_records", {"start_time": None, "end_time": None, "base": "fs/microsd/log"})
    while True:
        state = world.jobs().get("job:" + answer["job_id"])
        if state and state["status"] in ("completed", "error", "cancelled"):
            return state
        time.sleep(0.005)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--cmd", required=True)
    p.add_argument("--files", type=int, default=500)
    p.add_argument("--rounds", type=int, default=3)
    a = p.parse_args()
    world, program = EmbeddedDatabases(), None
    try:
        world.start()
        bus = Bus(world.mqtt_port)
        program = Program(a.cmd, world, 0)
        client = Client(bus)
        world.reset(setup(world, a.files), Faults())
        listings, searches = [], []
        for turn in range(a.rounds + 1):                              # the first warms up, and stores every flight
            logs, listed = timed(lambda: (web(program, "POST", "/available-px4-ulogs", {"base": "fs/microsd/log"}), web(program, "GET", "/available-bags")))
            state, searched = timed(lambda: search(client, world))
            assert len(logs[0]["px4_ulogs"]) == len(logs[1]["rosbag_files"]) == a.files, "listed %d and %d" % (len(logs[0]["px4_ulogs"]), len(logs[1]["rosbag_files"]))
            assert state["status"] == "completed" and state["metadata"]["total_records"] == a.files, state
            print("round %d: listing %.2f s, search %.2f s" % (turn, listed, searched), flush=True)
            if turn:
                listings.append(listed)
                searches.append(searched)
        records = client.ask("fetch_existing_flight_records", {})[0]["data"]["flight_records"]
        largest = max((r for r in records if r["ulog"]), key=lambda r: r["ulog"]["size_bytes"])
        started, _ = client.ask("start_sync_flight_record", {"flight_record_id": largest["id"]})
        waits = []
        while len(waits) < 500 and world.jobs()["job:" + started["sync_job_id"]]["status"] == "in_progress":
            waits.append(client.ask("subscribe_sync_job_value_stream", {"subscribed_stream_id": "nobody"})[1])
        waits.sort()
        print("median: listing %.2f s, search %.2f s, ratio %.2f" % (statistics.median(listings), statistics.median(searches),
                                                                     statistics.median(searches) / statistics.median(listings)))
        print("%d commands while a sync runs: p50 %.1f ms, p99 %.1f ms" % (len(waits), 1000 * waits[len(waits) // 2], 1000 * waits[int(len(waits) * 0.99)]))
    finally:
        if program:
            program.stop()
        world.close()


if __name__ == "__main__":
    main()
