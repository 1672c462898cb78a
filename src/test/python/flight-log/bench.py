#!/usr/bin/env python3
"""What a search for flights takes beside the bare listing of the same card and folder, in turns, and how long commands wait while a sync runs.

    bench.py --cmd "COMMAND" [--files 500] [--rounds 3]

The vehicle is a stand-in on loopback; both databases are the embedded ones.
"""
import argparse, http.client, json, multiprocessing, os, queue, socket, statistics, time
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
    def __init__(self, port):
        self.count, self.answers, self.ends = 0, queue.Queue(), queue.Queue()
        self.bus = Bus(port)
        self.bus.client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)      # or each question waits 40 ms for the last one's acknowledgement
        self.bus.client.on_message = self.take

    def take(self, client, data, message):
        if message.topic.endswith("/response"):
            self.answers.put((json.loads(message.payload), time.monotonic()))
        elif message.topic.endswith("/command/web"):
            progress = json.loads(message.payload)["payload"].get("stream_payload", {})
            if progress.get("completed"):
                self.ends.put(progress)

    def ask(self, command, payload, seconds=60):
        self.count += 1
        message = "bench-%d-%d" % (os.getpid(), self.count)
        began = time.monotonic()
        self.bus.client.publish(BASE + "/command/edge", json.dumps({"waitResponse": True, "messageId": message, "command": "petal-flight-log/" + command, "payload": payload}), 1)
        while True:
            try:
                answer, arrived = self.answers.get(timeout=seconds)
            except queue.Empty:
                raise SystemExit("no answer to " + command)
            if answer.get("messageId") == message:
                return answer, arrived - began


def asker(port, until, waits):
    """Asks one question after the other; a process of its own, since the vehicle is busy in this one."""
    client = Client(port)
    client.ask("subscribe_sync_job_value_stream", {"subscribed_stream_id": "nobody"})
    while not until.is_set():
        waits.put((time.monotonic(), client.ask("subscribe_sync_job_value_stream", {"subscribed_stream_id": "nobody"})[1]))
        time.sleep(0.002)
    waits.put(None)


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
    """Waits without asking again and again: the vehicle shares this process."""
    answer, _ = client.ask("fetch_flight_records", {"start_time": None, "end_time": None, "base": "fs/microsd/log"})
    if not client.ask("subscribe_fetch_flight_records", {"subscribed_stream_id": "bench", "data_rate_hz": 0.1})[0]["job_state"]:
        assert client.ends.get(timeout=120)["job_id"] == answer["job_id"]
    return world.jobs()["job:" + answer["job_id"]]


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--cmd", required=True)
    p.add_argument("--files", type=int, default=500)
    p.add_argument("--rounds", type=int, default=3)
    a = p.parse_args()
    world, program = EmbeddedDatabases(), None
    try:
        world.start()
        program = Program(a.cmd, world, 0)
        client = Client(world.mqtt_port)
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
        spawn = multiprocessing.get_context("spawn")
        until, answered, syncs = spawn.Event(), spawn.Queue(), []
        child = spawn.Process(target=asker, args=(world.mqtt_port, until, answered))
        child.start()
        answered.get(timeout=60)                                      # it is there
        for turn in range(a.rounds):
            time.sleep(3)                                             # a turn without a sync
            began = time.monotonic()
            started, _ = client.ask("start_sync_flight_record", {"flight_record_id": largest["id"]})
            while world.jobs()["job:" + started["sync_job_id"]]["status"] in ("pending", "in_progress"):
                time.sleep(0.05)
            syncs.append((began, time.monotonic()))
            os.unlink(next((world.home / "ulog_records").glob("*.ulg")))     # so that it is downloaded again
        until.set()
        during, beside = [], []
        while (wait := answered.get(timeout=60)) is not None:
            (during if any(begin <= wait[0] <= end for begin, end in syncs) else beside).append(wait[1])
        child.join()
        print("median: listing %.2f s, search %.2f s, ratio %.2f" % (statistics.median(listings), statistics.median(searches),
                                                                     statistics.median(searches) / statistics.median(listings)))
        for name, waits in (("beside", beside), ("during", during)):
            waits.sort()
            print("%d commands %s syncs: p50 %.1f ms, p99 %.1f ms" % (len(waits), name, 1000 * waits[len(waits) // 2], 1000 * waits[int(len(waits) * 0.99)]))
    finally:
        if program:
            program.stop()
        world.close()


if __name__ == "__main__":
    main()
