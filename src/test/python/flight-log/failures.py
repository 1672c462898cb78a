#!/usr/bin/env python3
"""Breaks one of the surroundings in the middle of a sync and looks at what the process says, keeps and does afterwards.

    failures.py --cmd "COMMAND" [--only NAME,NAME] [--log FILE]

One line for each case, pass or fail; exit status 1 on any fail. A full disk needs the right to mount a file system; without it that case is skipped.
"""
import argparse, json, os, subprocess, sys, time
from pathlib import Path
from replay import BASE, Bus, Program
from world import Faults, RECORDS, World, child, stop_child

CARD, SIZE = "fs/microsd/log/2026-01-15/14_30_22.ulg", 24000
ENDED = ("completed", "cancelled", "error")


def flight(home, size=SIZE):
    part = lambda name, **more: {"id": name, "size_bytes": size, "size_kb": size / 1024, "modified_timestamp_unix_s": 1768487422,
                                 "creation_timestamp_unix_s": 1768487422, "date_str": "2026-01-15-14-30-22", "s3_key": None, **more}
    bag = str(home / "rosbag_records" / "LeafFC_1.bag")
    row = {"robot_instance_id": "drone-001", "id": "record-001", "status": "matched", "sync_job_status": "pending", "sync_job_id": None,
           "ulog": part("u", file_name="14_30_22.ulg", file_path=None, file_type="ulg", sd_card_path=CARD, storage_type="pixhawk", qgc_index=0, qgc_name="log_0.ulg"),
           "rosbag": part("b", file_name="LeafFC_1.bag", file_path=bag, file_type="bag", storage_type="local", log_duration_seconds=0.0)}
    tables = lambda: {RECORDS: {"record-001": json.loads(json.dumps(row))}}
    return {"cloud": tables(), "local": tables(), "sd_card": {CARD: size}, "local_files": {bag: {"size": 4096, "mtime": 1768487422}}}


class Case:
    def __init__(self, world, bus, faults=None):
        self.world, self.bus, self.number = world, bus, 0
        world.reset(flight(world.home), Faults(**(faults or {})))
        bus.messages.clear()

    def wait(self, what, test, seconds=30):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                value = test()
            except (OSError, ValueError, KeyError) as e:
                value = None
            except Exception as e:                                    # a Redis that is away
                value = None
            if value:
                return value
            time.sleep(0.05)
        raise AssertionError("waited in vain: " + what)

    def ask(self, command, payload, seconds=20):
        Case.count = getattr(Case, "count", 0) + 1
        message = "failures-%d-%d" % (os.getpid(), Case.count)
        self.bus.client.publish(BASE + "/command/edge", json.dumps({"waitResponse": True, "messageId": message, "command": "petal-flight-log/" + command,
                                                                    "payload": payload}), 1)
        return self.wait("answer to " + command, lambda: next((r for r in self.bus.of("response") if r.get("messageId") == message), None), seconds)

    def sync(self):
        answer = self.ask("start_sync_flight_record", {"flight_record_id": "record-001"})
        assert answer["status"] == "success", answer
        self.job = answer["sync_job_id"]
        self.ask("subscribe_sync_job_value_stream", {"subscribed_stream_id": self.job, "data_rate_hz": 10})

    def reached(self, kind):
        self.wait(kind, lambda: any(k == kind for k, _ in list(self.world.effects)))

    def end(self, seconds=60):
        return self.wait("end of the sync", lambda: next((j for j in [self.world.jobs()["job:" + self.job]] if j["status"] in ENDED), None), seconds)

    def rows(self):
        return [self.world.tables[w][RECORDS]["record-001"] for w in ("cloud", "local")]

    def last(self):
        return self.wait("last message of the stream", lambda: next((m["payload"]["stream_payload"] for m in self.bus.of("command/web")
                                                                     if m["payload"].get("published_stream_id") == self.job and m["payload"]["stream_payload"]["completed"]), None))

    def failed(self, text):
        state = self.end()
        assert state["status"] == "error" and text in state["error_message"], state
        assert text in self.last()["message"], self.last()
        self.wait("both rows as error", lambda: all(r["sync_job_status"] == "error" for r in self.rows()))
        assert not any(r[p]["s3_key"] for r in self.rows() for p in ("ulog", "rosbag")) or "S3" in text, self.rows()

    def completed(self):
        state = self.end()
        assert state["status"] == "completed", state
        try:
            self.wait("both rows as completed", lambda: all(r["sync_job_status"] == "completed" and r["ulog"]["s3_key"] and r["rosbag"]["s3_key"] for r in self.rows()))
        except AssertionError:
            raise AssertionError("the job is completed, the rows are not: %s" % self.rows())
        objects = self.world.snapshot()["s3"]
        assert sorted(objects.values()) == [4096, SIZE], objects

    def heals(self):
        """What is asked for again is done."""
        self.world.faults.__dict__.update(Faults().__dict__)
        self.sync()
        self.completed()


def vehicle_gone(world, bus, _):
    case = Case(world, bus, {"pace": 1.0})
    case.sync()
    case.reached("mavftp.get")
    case.wait("some bytes", lambda: world.jobs()["job:" + case.job]["progress"]["percentage"] > 5)
    world.faults.link_down = True
    case.failed("ULog download failed: ")
    world.faults.link_down = False
    case.wait("the vehicle again", lambda: case.ask("detect_error_logs", {}) and any(m["payload"].get("status") == "success" for m in bus.of("command/web") if "detect" in m["command"]), 40)
    case.heals()


def vehicle_back_after_a_while(world, bus, _):
    case = Case(world, bus, {"pace": 1.0})
    case.sync()
    case.reached("mavftp.get")
    case.wait("some bytes", lambda: world.jobs()["job:" + case.job]["progress"]["percentage"] > 5)
    world.faults.link_down = True
    time.sleep(4)                                                     # the silence is noticed after three
    world.faults.link_down, world.faults.pace = False, 0.0
    case.completed()


def vehicle_gone_at_checksum(world, bus, _):
    case = Case(world, bus, {"silent_at_checksum": True})
    case.sync()
    case.completed()                                                  # in seconds, not after the two minutes of a checksum
    download = next(j for j in world.jobs().values() if j["job_type"] == "ULogDownloadJobMAVFTP")
    assert download["metadata"].get("verified") is False, download    # and nobody says that it was checked


def redis_restarted(world, bus, _):
    case = Case(world, bus, {"pace": 0.02})
    case.sync()
    case.reached("mavftp.get")
    stop_child(world.redis_server)
    time.sleep(1)
    world.start_redis()
    case.completed()


def bucket_refuses(world, bus, _):
    case = Case(world, bus, {"upload_refused": True})
    case.sync()
    case.failed("S3 upload failed: ")
    assert not world.snapshot()["s3"]
    case.heals()


def bucket_slow(world, bus, _):
    case = Case(world, bus, {"hold": ("s3.upload", 1)})
    case.sync()
    case.reached("s3.upload")
    answer = case.ask("fetch_existing_flight_records", {}, 5)         # nothing else waits for it
    assert answer["status"] == "success", answer
    time.sleep(4)
    assert world.jobs()["job:" + case.job]["status"] == "in_progress"
    world.release()
    case.completed()


def disk_full(world, bus, _):
    case = Case(world, bus)
    folder = world.home / "ulog_records"
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8k", "none", str(folder)], stderr=subprocess.DEVNULL).returncode:
        return "skipped: no right to mount"
    try:
        case.sync()
        case.failed("ULog download failed: ")
        assert "No space left" in case.end()["error_message"], case.end()
        assert not world.snapshot()["s3"]
    finally:
        subprocess.run(["umount", str(folder)], check=True)
    case.heals()


def database_locked(world, bus, _):
    case = Case(world, bus, {"pace": 0.02})
    case.sync()
    case.reached("mavftp.get")
    world.faults.data["local.setData"] = "503 database is locked"
    case.wait("end of the sync", lambda: case.end())
    state = case.end()
    assert state["status"] == "error" and "Failed to update flight record after download" in state["error_message"], state
    case.wait("the cloud's row as error", lambda: case.rows()[0]["sync_job_status"] == "error")     # the other database still hears of it
    case.heals()


def cloud_away_at_the_end(world, bus, _):
    case = Case(world, bus, {"pace": 0.02, "upload_refused": True})
    case.sync()
    case.reached("mavftp.get")
    world.faults.data.update({"cloud.getData": "503 away", "cloud.setData": "503 away"})
    case.wait("the end", lambda: case.end())
    state = case.end()
    assert state["status"] == "error" and "S3 upload failed: " in state["error_message"], state
    case.wait("the local row as error", lambda: case.rows()[1]["sync_job_status"] == "error")
    world.faults.data.clear()
    case.wait("the cloud's row as error", lambda: case.rows()[0]["sync_job_status"] == "error")     # what it missed is delivered
    case.heals()


def broker_restarted(world, bus, _):
    case = Case(world, bus, {"pace": 0.02})
    case.sync()
    case.reached("mavftp.get")
    stop_child(world.broker)
    time.sleep(2)
    world.start_broker()
    case.completed()
    case.wait("an answer after the return", lambda: case.ask("fetch_existing_flight_records", {}, 3), 30)


def play(cases, options):
    """Runs each case, a function of world, bus and program, against one program; ends with status 1 when one fails."""
    world, program, failed = World(), None, 0
    try:
        world.start()
        bus = Bus(world.mqtt_port)
        program = Program(options.cmd, world, 0, (), open(options.log, "w") if options.log else None)
        for case in cases:
            if options.only and case.__name__ not in options.only.split(","):
                continue
            began = time.monotonic()
            try:
                result = case(world, bus, program) or "pass"
            except Exception as e:                                    # whatever it is, the others are asked too
                result, failed = "fail", failed + 1
                print("%s: %s" % (type(e).__name__, str(e)[:1500]), flush=True)
            world.release()
            print("%-10s %-55s %5.1fs" % (result[:60], case.__name__, time.monotonic() - began), flush=True)
    finally:
        if program:
            program.stop()
        world.close()
    sys.exit(1 if failed else 0)


def options():
    p = argparse.ArgumentParser()
    p.add_argument("--cmd", required=True)
    p.add_argument("--only", default="")
    p.add_argument("--log")
    return p


if __name__ == "__main__":
    play([vehicle_gone, vehicle_back_after_a_while, vehicle_gone_at_checksum, redis_restarted, bucket_refuses, bucket_slow, disk_full, database_locked, cloud_away_at_the_end, broker_restarted],
         options().parse_args())
