#!/usr/bin/env python3
"""Asks the running product about sentences of the specification that no recording shows.

    rules.py --cmd "COMMAND" [--only NAME,NAME] [--log FILE]

One line for each, pass or fail; exit status 1 on any fail.
"""
import functools, http.client, json, os, struct, time
from failures import CARD, Case, ENDED, flight, options, play
from replay import BASE, HTTP_PREFIX
from world import Faults, LEAF, RECORDS

SHAPES = {**{"subscribe_" + f: "status message subscribed_stream_id job_id data_rate_hz mqtt_topic job_state error_code"
             for f in ("fetch_flight_records", "bulk_delete_flight_records", "clear_all_ulogs")},
          **{"unsubscribe_" + f: "status message error_code unsubscribed_stream_id job_id" for f in ("fetch_flight_records", "bulk_delete_flight_records", "clear_all_ulogs")},
          **{"cancel_" + f: "status message error_code cancelled_jobs" for f in ("fetch_flight_records", "bulk_delete_flight_records", "clear_all_ulogs")},
          "fetch_flight_records": "status message error_code job_id", "clear_all_ulogs": "status message error_code job_id",
          "bulk_delete_flight_records": "status message error_code total_requested job_id", "fetch_existing_flight_records": "status data message error_code",
          "start_sync_flight_record": "status message error_code sync_job_id", "cancel_sync_job": "status message error_code sync_job_id",
          "subscribe_sync_job_value_stream": "status message subscribed_stream_id data_rate_hz mqtt_topic job_state error_code",
          "unsubscribe_sync_job_value_stream": "status message error_code unsubscribed_stream_id",
          "delete_flight_record": "status message error_code", "detect_error_logs": "status message error_code", "clear_error_logs": "status message error_code"}
SHAPES = {k: set(v.split()) | {"messageId", "phase", "timestamp", "deviceId"} for k, v in SHAPES.items()}
WINDOW = {"start_time": None, "end_time": None, "base": None}
T = 1768487422                                                        # 2026-01-15 14:30:22


class Rule(Case):
    """A product in known surroundings."""
    number = 0

    def __init__(self, world, bus, program, setup=None, **faults):
        self.world, self.bus, self.program = world, bus, program
        world.reset(setup if setup is not None else flight(world.home), Faults(**faults))
        bus.messages.clear()

    def send(self, name, payload=None, **envelope):
        Rule.number += 1
        message = {"waitResponse": True, "messageId": "rules-%d-%d" % (os.getpid(), Rule.number), "command": "petal-flight-log/" + name, "payload": payload, **envelope}
        self.raw(json.dumps({k: v for k, v in message.items() if v is not ...}))
        return message["messageId"]

    def raw(self, text):
        self.bus.client.publish(BASE + "/command/edge", text, 1).wait_for_publish(5)

    def answers(self, message):
        return [r for r in self.bus.of("response") if r.get("messageId") == message]

    def ask(self, command, payload, seconds=20, **envelope):
        message = self.send(command, payload, **envelope)
        answer = self.wait("answer to " + command, lambda: self.answers(message), seconds)[0]
        assert set(answer) == SHAPES[command], (command, sorted(set(answer) ^ SHAPES[command]))
        return answer

    def refused(self, command, payload, field):
        answer = self.ask(command, payload)
        assert answer["status"] == "error" and answer["error_code"] == "INVALID_PARAMETERS", answer
        assert answer["message"].startswith("Invalid request parameters: ") and field in answer["message"], answer
        rest = set(answer) - {"status", "error_code", "message", "messageId", "phase", "timestamp", "deviceId"}
        assert all(answer[f] is None for f in rest), answer

    def fine(self, command, payload, **envelope):
        answer = self.ask(command, payload, **envelope)
        assert answer["status"] == "success" and answer["error_code"] is None, (answer, self.world.jobs())
        return answer

    def ended(self, job, status="completed", seconds=40):
        state = self.wait("end of " + job, lambda: next((j for j in [self.world.jobs()["job:" + job]] if j["status"] in ENDED), None), seconds)
        assert state["status"] == status, state
        return state

    def fetch(self, **window):
        state = self.ended(self.fine("fetch_flight_records", {**WINDOW, **window})["job_id"])
        rows = {r["id"]: r for r in self.world.tables["cloud"][RECORDS].values() if not r.get("deleted")}
        return state, rows

    def web(self, verb, path, body=None):
        connection = http.client.HTTPConnection(self.program.http, timeout=60)
        connection.request(verb, HTTP_PREFIX + path, json.dumps(body) if body is not None else None, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text else None

    def broadcast(self, command, seconds=20):
        return self.wait("broadcast " + command, lambda: next((m for m in self.bus.of("command/web") if m["command"] == command), None), seconds)

    def alive(self):
        self.fine("cancel_fetch_flight_records", {})


RULES = []


def rule(function):
    @functools.wraps(function)
    def asked(world, bus, program):
        function(Rule(world, bus, program))
    RULES.append(asked)


def bag(home, name, mtime, size=64):
    return {str(home / "rosbag_records" / name): {"size": size, "mtime": mtime}}


def card(*times, size=2048):
    """Logs of those times, each of its own size, with their entries in the autopilot's list."""
    path = lambda t: time.strftime("fs/microsd/log/%Y-%m-%d/%H_%M_%S.ulg", time.gmtime(t))
    return {"sd_card": {path(t): size + 8192 * i for i, t in enumerate(times)},
            "log_entries": {str(i + 1): {"size": size + 8192 * i, "utc": t} for i, t in enumerate(times)}}


def copies(home, count):
    """So many records, each with a bag here, a log on the card and objects of both in the bucket."""
    tables, files, objects, logs = {}, {}, {}, {}
    for i in range(1, count + 1):
        row = json.loads(json.dumps(flight(home)["cloud"][RECORDS]["record-001"]))
        row["id"], row["rosbag"]["file_name"] = "r%d" % i, "LeafFC_%d.bag" % i
        row["rosbag"]["file_path"] = str(home / "rosbag_records" / row["rosbag"]["file_name"])
        row["ulog"]["sd_card_path"] = "fs/microsd/log/2026-01-15/14_30_%02d.ulg" % i
        row["rosbag"]["s3_key"] = "drone-001/r%d/rosbag/LeafFC_%d.bag" % (i, i)
        tables[row["id"]], files[row["rosbag"]["file_path"]] = row, {"size": 64, "mtime": T}
        objects[row["rosbag"]["s3_key"]], logs[row["ulog"]["sd_card_path"]] = 64, 2048
    table = lambda: {RECORDS: json.loads(json.dumps(tables))}
    return {"cloud": table(), "local": table(), "sd_card": logs, "local_files": files, "s3": objects}


# ------------------------------------------------------------------------------------------------ dispatch
@rule
def unknown_names_are_told_all_that_there_are(case):
    for name in ("Fetch_flight_records", "check_sync_job", "cancel_log_download", "cancel_s3_upload", ""):
        message = case.send(name, {})
        answer = case.wait("answer to " + name, lambda: case.answers(message))[0]
        assert answer["error_code"] == "UNKNOWN_COMMAND" and answer["message"] == "Unknown command: petal-flight-log/" + name, answer
        assert sorted(answer["available_commands"]) == sorted("petal-flight-log/" + c for c in SHAPES) and len(SHAPES) == 20, answer


@rule
def what_is_not_for_us_is_ignored(case):
    for text in ("no json", "[]", "null", "5", "{}", '{"command": 5, "waitResponse": true, "messageId": "x"}', "\u0000"):
        case.raw(text)
    case.send("x", {}, command="petal-other/fetch_flight_records", waitAck=True)
    case.send("nothing", {}, waitAck=True, waitResponse=False)
    case.send("fetch_existing_flight_records", {}, waitResponse=...)
    case.alive()
    case.broadcast("petal-flight-log/fetch_flight_records")            # done all the same
    assert [r["message"] for r in case.bus.of("response") if r["messageId"].startswith("rules")] == ["Cancelled 0 fetch flight records jobs"], case.bus.messages
    assert not case.bus.of("ack"), case.bus.of("ack")


@rule
def messages_without_id_are_no_duplicates(case):
    for _ in range(2):
        case.send("cancel_clear_all_ulogs", {}, messageId=...)
    case.wait("both answers", lambda: len(case.answers("unknown")) == 2)


@rule
def commands_without_payload_ignore_it(case):
    for command in ("cancel_fetch_flight_records", "cancel_bulk_delete_flight_records", "cancel_clear_all_ulogs", "fetch_existing_flight_records"):
        for payload in (None, 5, [], "x", ...):
            case.fine(command, payload)


# ------------------------------------------------------------------------------------------------ validation
@rule
def integers_are_read_generously(case):
    for value in ("45", " 45 ", "45.0", 45.0, True, 1, 300):
        job = case.fine("fetch_flight_records", {**WINDOW, "tolerance_seconds": value})["job_id"]
        kept = case.world.jobs()["job:" + job]["metadata"]["tolerance_seconds"]
        assert kept == int(float(value)) and isinstance(kept, int), (value, kept)
    for value in ("abc", "", "30.5", 30.5, None, [], {}, 0, 301, -1, 1e300):
        case.refused("fetch_flight_records", {**WINDOW, "tolerance_seconds": value}, "tolerance_seconds")


@rule
def times_are_iso_8601(case):
    for value in ("2026-01-15", "2026-01-15T14:30:00Z", "2026-01-15T14:30:00.123456+02:00", "2026-01-15 14:30", "2026-01-15T14:30", "20260115", ""):
        case.fine("fetch_flight_records", {**WINDOW, "start_time": value})
    for value in ("yesterday", "2026-13-01", "2026-01-15T25:00:00Z", 12, [], True):
        case.refused("fetch_flight_records", {**WINDOW, "end_time": value}, "end_time")
    for field in WINDOW:
        case.refused("fetch_flight_records", {k: v for k, v in WINDOW.items() if k != field}, field)
        case.refused("fetch_flight_records", {**WINDOW, field: 12}, field)


@rule
def rates_are_a_tenth_to_ten(case):
    for family in ("fetch_flight_records", "bulk_delete_flight_records", "clear_all_ulogs", "sync_job_value_stream"):
        for rate in (0.1, 10, 10.0, "2", " 2.5 ", True, None, ...):
            payload = {"subscribed_stream_id": "", **({} if rate is ... else {"data_rate_hz": rate})}
            answer = case.ask("subscribe_" + family, payload)
            assert answer["error_code"] == "JOB_NOT_FOUND", (rate, answer)
        for rate in (0.09, 10.01, 0, -1, "fast", [], False, "nan", "inf"):
            case.refused("subscribe_" + family, {"subscribed_stream_id": "s", "data_rate_hz": rate}, "data_rate_hz")
        for payload in ({}, {"subscribed_stream_id": 12}, {"subscribed_stream_id": None}, [], 5, None, "s"):
            case.refused("subscribe_" + family, payload, "subscribed_stream_id" if isinstance(payload, dict) else "")
        for payload in ({}, {"unsubscribed_stream_id": 12}, {"subscribed_stream_id": "s"}):
            case.refused("unsubscribe_" + family, payload, "unsubscribed_stream_id")


@rule
def ids_are_texts(case):
    for command in ("start_sync_flight_record", "cancel_sync_job", "delete_flight_record"):
        for payload in ({}, {"flight_record_id": None}, {"flight_record_id": 12}, {"flight_record_id": ["a"]}):
            case.refused(command, payload, "flight_record_id")
    for ids in ("a", [], None, {"a": 1}, ["a", "a"], [str(i) for i in range(101)], 5):
        case.refused("bulk_delete_flight_records", {"flight_record_ids": ids}, "flight_record_ids")
    case.refused("bulk_delete_flight_records", {"flight_record_ids": ["a", 12]}, "flight_record_ids.1")
    case.refused("bulk_delete_flight_records", {"flight_record_ids": ["a", None, "c"]}, "flight_record_ids.1")
    answer = case.fine("bulk_delete_flight_records", {"flight_record_ids": ["no-%d" % i for i in range(100)]})
    assert answer["total_requested"] == 100, answer
    state = case.ended(answer["job_id"])
    assert state["metadata"]["overall_status"] == "error" and state["metadata"]["failed_ids"][99] == {"id": "no-99", "error": "Record not found"}, state["metadata"]


@rule
def bases_are_texts(case):
    for command in ("detect_error_logs", "clear_error_logs", "clear_all_ulogs"):
        for base in (12, [], {}, True):
            case.refused(command, {"base": base}, "base")
            assert not case.bus.of("command/web"), case.bus.messages
    case.refused("clear_all_ulogs", None, "")


# ------------------------------------------------------------------------------------------------ fetch
@rule
def only_logs_one_level_down_count(case):
    home, there = case.world.home, "fs/microsd/log/"
    case.world.reset({"sd_card": {there + "loose.ulg": 1000, there + "a/b/deep.ulg": 2000, there + "a/notes.txt": 3000, there + "a/UPPER.ULG": 4000, there + "a/good.ulg": 5000},
                      "log_entries": {"7": {"size": 5000, "utc": T}}, "local_files": bag(home, "x.bag", T)})
    state, rows = case.fetch()
    assert [r["ulog"]["sd_card_path"] for r in rows.values()] == [there + "a/good.ulg"], rows
    logs = json.loads(case.world.redis.get("px4_ulogs:drone-001"))
    assert [(l["file_name"], l["metadata"]["index"], l["metadata"]["qgc_name"]) for l in logs] == [("good.ulg", 0, "log_0_2026-01-15-14-30-22.ulg")], logs
    assert state["metadata"]["total_records"] == 1


@rule
def a_differing_count_makes_every_time_unknown(case):
    given = card(T, T + 600)
    del given["log_entries"]["2"]
    case.world.reset({**given, "local_files": bag(case.world.home, "x.bag", T)})
    state, rows = case.fetch()
    assert [(r["ulog"], r["status"]) for r in rows.values()] == [(None, "no ulog file matched")], rows
    logs = json.loads(case.world.redis.get("px4_ulogs:drone-001"))
    assert sorted(l["metadata"]["index"] for l in logs) == [0, 1] and all(l["metadata"]["modified_timestamp_unix_s"] == 0 for l in logs), logs


@rule
def a_window_keeps_new_bags_and_refreshes_what_is_stored(case):
    home = case.world.home
    files = {**bag(home, "before.bag", T - 31), **bag(home, "edge.bag", T - 30), **bag(home, "in.bag", T + 5), **bag(home, "after.bag", T + 131)}
    case.world.reset({**card(T, T + 101), "local_files": files})
    iso = lambda t: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(t))
    state, rows = case.fetch(start_time=iso(T), end_time=iso(T + 100))
    assert sorted(r["rosbag"]["file_name"] for r in rows.values()) == ["edge.bag", "in.bag"], rows
    assert {r["rosbag"]["file_name"]: r["status"] for r in rows.values()} == {"in.bag": "matched", "edge.bag": "no ulog file matched"}, rows
    ids = {r["rosbag"]["file_name"]: i for i, r in rows.items()}
    state, rows = case.fetch(start_time=iso(T + 1000), end_time=iso(T + 1100))
    assert state["metadata"]["total_records"] == 2 and {r["rosbag"]["file_name"]: i for i, r in rows.items()} == ids, (state, rows)
    state, rows = case.fetch()
    assert len(rows) == 4 and set(ids.values()) < set(rows), rows


@rule
def bags_of_one_name_in_two_folders_are_two_flights(case):
    home = case.world.home
    case.world.reset({**card(T, T + 600), "local_files": {**bag(home, "a/same.bag", T + 1), **bag(home, "b/same.bag", T + 601)}})
    state, rows = case.fetch()
    assert len(rows) == 2 and len({r["ulog"]["sd_card_path"] for r in rows.values()}) == 2, rows
    before = {i: (r["rosbag"]["file_path"], r["ulog"]["sd_card_path"]) for i, r in rows.items()}
    state, rows = case.fetch()
    assert {i: (r["rosbag"]["file_path"], r["ulog"]["sd_card_path"]) for i, r in rows.items()} == before, rows
    cached = json.loads(case.world.redis.get("flight_records:drone-001"))
    assert sorted(r["id"] for r in cached) == sorted(before), cached


@rule
def a_record_whose_bag_is_gone_stays(case):
    (case.world.home / "rosbag_records" / "LeafFC_1.bag").unlink()
    state, rows = case.fetch()
    assert state["metadata"]["total_records"] == 0 and list(rows) == ["record-001"], (state, rows)


@rule
def a_fetch_twice_at_once_leaves_one_running(case):
    case.world.reset({**card(T), "local_files": bag(case.world.home, "x.bag", T)}, Faults(hold=("mavlink.log_request_list", 1)))
    asked = [case.send("fetch_flight_records", WINDOW) for _ in range(4)]
    jobs = [case.wait("answer", lambda: case.answers(m))[0]["job_id"] for m in asked]
    case.world.release()
    case.wait("the end of all", lambda: len(case.world.jobs()) == 4 and all(j["status"] in ENDED for j in case.world.jobs().values()))
    assert sorted(case.world.jobs()["job:" + j]["status"] for j in jobs) == ["cancelled"] * 3 + ["completed"], case.world.jobs()


@rule
def a_fetch_leaves_alone_what_a_sync_has_written_meanwhile(case):
    case.world.tables["cloud"][RECORDS]["record-001"]["status"] = "no ulog file matched"     # differs from the local row: the fetch would store it
    case.world.faults.hold = ("cloud.scanData", 1)
    job = case.fine("fetch_flight_records", WINDOW)["job_id"]
    case.reached("cloud.scanData")
    case.sync()
    case.completed()
    case.world.release()
    case.ended(job)
    assert all(r["sync_job_status"] == "completed" and r["ulog"]["s3_key"] and r["rosbag"]["s3_key"] for r in case.rows()), case.rows()


# ------------------------------------------------------------------------------------------------ sync
@rule
def a_sync_of_a_bag_alone_uploads_it(case):
    case.world.tables["cloud"][RECORDS]["record-001"]["ulog"] = None
    case.sync()
    case.wait("the row", lambda: case.rows()[0]["sync_job_status"] == "completed" and case.rows()[1]["rosbag"]["s3_key"])
    case.ended(case.job)
    assert case.world.snapshot()["s3"] == {"drone-001/record-001/rosbag/LeafFC_1.bag": 4096}, case.world.snapshot()["s3"]
    progress = [m["payload"]["stream_payload"] for m in case.bus.of("command/web") if m["payload"].get("published_stream_id") == case.job]
    assert progress[-1]["progress"] == 100 and progress[-1]["sub_jobs"]["ulog_download"] is None and progress[-1]["sub_jobs"]["rosbag_upload"], progress
    assert "status" not in progress[-1], progress[-1]


@rule
def what_is_no_bag_is_not_uploaded(case):
    path = case.world.home / "rosbag_records" / "LeafFC_1.bag"
    for content, reason in ((b"", "empty"), (b"garbage!" * 9, "")):
        path.write_bytes(content)
        case.sync()
        state = case.ended(case.job, "error")
        assert state["error_message"].startswith("Job failed: S3 upload failed: Job failed: ") and reason in state["error_message"].lower(), state
        case.wait("both rows", lambda: all(r["sync_job_status"] == "error" and not r["rosbag"]["s3_key"] for r in case.rows()))
        assert case.last()["message"] == state["error_message"], case.last()


@rule
def a_record_that_cannot_be_synced_says_why(case):
    rows = case.world.tables["cloud"][RECORDS]
    rows["gone"] = {**rows["record-001"], "id": "gone", "deleted": True}
    rows["foreign"] = {**rows["record-001"], "id": "foreign", "robot_instance_id": "drone-002"}
    rows["broken"] = {**rows["record-001"], "id": "broken", "ulog": {"id": 5}}
    prefix = "Error processing test_start_sync_flight_record command: "
    for record in ("gone", "foreign", "nowhere", ""):
        answer = case.ask("start_sync_flight_record", {"flight_record_id": record})
        assert answer["message"] == prefix + "404: Flight record %s not found" % record and answer["error_code"] == "INTERNAL_ERROR" and answer["sync_job_id"] is None, answer
        status, body = case.web("POST", "/sync-flight-record/" + (record or "%20"))
        assert status == 404 and "not found" in body["detail"], (status, body)
    answer = case.ask("start_sync_flight_record", {"flight_record_id": "broken"})
    assert answer["message"].startswith(prefix + "500: Invalid flight record data: ") and "ulog" in answer["message"], answer
    assert not case.world.jobs() and not case.world.snapshot()["s3"]


@rule
def a_log_that_is_here_is_not_downloaded_again(case):
    case.sync()
    case.completed()
    got = lambda: sum(k == "mavftp.get" for k, _ in case.world.effects)
    before = got()
    case.sync()
    case.completed()
    assert got() == before, "downloaded again"
    (case.world.home / "ulog_records" / "log_0.ulg").unlink()
    case.sync()
    case.completed()
    assert got() > before, "not downloaded although it is gone"


@rule
def http_starts_checks_and_cancels_a_sync(case):
    case.world.faults.pace = 0.15
    status, begun = case.web("POST", "/sync-flight-record/record-001")
    assert status == 200 and set(begun) == {"success", "job_id", "flight_record_id", "status", "message", "sub_jobs"}, (status, begun)
    assert begun["success"] and begun["message"] == "Flight record sync started successfully" and all(begun["sub_jobs"].values()), begun
    case.reached("mavftp.get")
    status, check = case.web("GET", "/check-sync/record-001")
    assert status == 200 and check["job_id"] == begun["job_id"] and check["sub_jobs"]["ulog_download"]["status"] == "in_progress", (status, check)
    case.broadcast("petal-flight-log/check_sync_job")
    status, listed = case.web("GET", "/jobs?status=in_progress")
    assert status == 200 and begun["job_id"] in json.dumps(listed), (status, listed)
    status, cancelled = case.web("POST", "/cancel-sync/record-001")
    assert status == 200 and cancelled["sync_job_id"] == begun["job_id"] and cancelled["flight_record_id"] == "record-001", (status, cancelled)
    case.ended(begun["job_id"], "cancelled")
    case.wait("both rows", lambda: all(r["sync_job_status"] == "cancelled" for r in case.rows()))
    for verb, path in (("GET", "/jobs/nothing/status"), ("POST", "/jobs/nothing/cancel"), ("GET", "/check-sync/nothing"), ("GET", "/ulog-facts/nothing")):
        status, body = case.web(verb, path)
        assert status == 404 and set(body) == {"detail"}, (path, status, body)


@rule
def http_tells_what_a_downloaded_log_says_of_itself(case):
    message = lambda kind, content: struct.pack("<HB", len(content), ord(kind)) + content
    fact = lambda key, value: message("I", bytes([len(key)]) + key.encode() + value)
    path = case.world.home / "ulog_records" / "log_0.ulg"
    path.write_bytes(b"ULog\x01\x12\x35\x01" + struct.pack("<Q", 5000000) + message("B", bytes(40)) + message("F", b"x:uint64_t timestamp;float y;") + fact("char[3] sys_name", b"PX4")
                     + fact("uint32_t ver_sw_release", struct.pack("<I", 17)) + message("A", b"\0\1\0x") + message("D", struct.pack("<HQf", 1, 17500000, 1.0)))
    row = case.world.tables["cloud"][RECORDS]["record-001"]
    status, body = case.web("GET", "/ulog-facts/record-001")
    assert status == 404 and "not on this computer" in body["detail"], (status, body)
    row["ulog"].update(file_path=str(path), storage_type="local")
    status, body = case.web("GET", "/ulog-facts/record-001")
    assert (status, body) == (200, {"flight_record_id": "record-001", "file_name": "14_30_22.ulg", "version": 1, "start_timestamp_us": 5000000, "duration_seconds": 12.5,
                                    "info": {"sys_name": "PX4", "ver_sw_release": 17}}), (status, body)
    row["ulog"]["file_path"] = "/etc/passwd"
    status, body = case.web("GET", "/ulog-facts/record-001")
    assert status == 400 and "root" not in body["detail"], (status, body)
    path.write_bytes(b"ULog\x01\x12\x35\x01" + bytes(100))
    row["ulog"]["file_path"] = str(path)
    assert case.web("GET", "/ulog-facts/record-001")[0] == 404


@rule
def a_cancelled_transfer_stops_within_a_second(case):
    for kind, faults in (("mavftp.get", {"pace": 0.15}), ("s3.upload", {"hold": ("s3.upload", 1)}), ("silence", {"pace": 0.15})):
        case.world.reset(flight(case.world.home), Faults(**faults))
        case.bus.messages.clear()
        case.sync()
        case.reached("mavftp.get" if kind == "silence" else kind)
        case.world.faults.link_down = kind == "silence"
        began = time.monotonic()
        case.fine("cancel_sync_job", {"flight_record_id": "record-001"})
        took = time.monotonic() - began
        print("    cancelled %s in %.2f s" % (kind, took), flush=True)
        assert took < 1 + case.patience, "took %.2f s" % took
        case.ended(case.job, "cancelled")
        case.wait("both rows", lambda: all(r["sync_job_status"] == "cancelled" for r in case.rows()))
        assert not list((case.world.home / "ulog_records").glob("*.part*")), "left a partial file"
        case.world.faults.link_down = False
        case.world.release()


# ------------------------------------------------------------------------------------------------ delete
@rule
def a_deletion_ends_a_running_sync_first(case):
    case.world.faults.pace = 0.15
    case.sync()
    case.reached("mavftp.get")
    case.world.faults.pace = 0
    answer = case.fine("delete_flight_record", {"flight_record_id": "record-001"})
    assert answer["message"] == "Flight record record-001 deleted successfully", answer
    case.ended(case.job, "cancelled")
    assert all(r["deleted"] for r in case.rows()) and CARD not in case.world.vehicle.files, case.rows()
    answer = case.ask("delete_flight_record", {"flight_record_id": "record-001"})
    assert (answer["error_code"], answer["message"]) == ("PROCESSING_ERROR", "Error deleting flight record record-001: Failed to retrieve flight record record-001: Item not found or has been deleted"), answer
    assert not case.fine("fetch_flight_records", WINDOW)["error_code"]


@rule
def a_bulk_deletion_goes_on_after_what_fails(case):
    setup = copies(case.world.home, 4)
    case.world.reset(setup, Faults(copy_refused=True))
    del case.world.tables["cloud"][RECORDS]["r3"]["rosbag"]["s3_key"]
    case.world.s3.delete_object(Bucket="bucket-001", Key="drone-001/r4/rosbag/LeafFC_4.bag")
    answer = case.fine("bulk_delete_flight_records", {"flight_record_ids": ["r1", "r2", "r3", "nobody", "r4"]})
    state = case.ended(answer["job_id"])
    about = state["metadata"]
    assert (about["total_deleted"], about["total_failed"], about["overall_status"], about["deleted_ids"]) == (2, 3, "partial", ["r3", "r4"]), about
    assert [f["id"] for f in about["failed_ids"]] == ["r1", "r2", "nobody"], about
    assert state["progress"]["percentage"] == 100 and state["progress"]["message"] == "Completed successfully", state
    left = case.world.snapshot()
    assert sorted(left["s3"]) == ["drone-001/r1/rosbag/LeafFC_1.bag", "drone-001/r2/rosbag/LeafFC_2.bag", "drone-001/r3/rosbag/LeafFC_3.bag"], left["s3"]
    assert [i for i, r in sorted(left["cloud"][RECORDS].items()) if r.get("deleted")] == ["r3", "r4"], left["cloud"]
    shell = [d for k, d in case.world.effects if k == "mavlink.shell"]
    assert shell[0] == "logger stop" and shell[-1] == "logger start" and shell.count("logger stop") == 1, shell


@rule
def a_cancelled_bulk_deletion_keeps_what_it_has_not_come_to(case):
    case.world.reset(copies(case.world.home, 5), Faults(hold=("mavlink.shell rm", 2), lost=True))
    answer = case.fine("bulk_delete_flight_records", {"flight_record_ids": ["r%d" % i for i in range(1, 6)]})
    case.wait("the second removal", lambda: sum(k == "mavlink.shell" and d.startswith("rm ") for k, d in list(case.world.effects)) == 2)
    message = case.send("cancel_bulk_delete_flight_records", {})
    case.world.release()
    assert case.wait("answer", lambda: case.answers(message))[0]["cancelled_jobs"] == [answer["job_id"]]
    case.ended(answer["job_id"], "cancelled")
    gone = [i for i, r in sorted(case.world.tables["cloud"][RECORDS].items()) if r.get("deleted")]
    assert gone in (["r1"], ["r1", "r2"]), gone
    assert [d for k, d in case.world.effects if k == "mavlink.shell"][-1] == "logger start", case.world.effects
    kept = case.world.snapshot()["sd_card"]
    assert all("fs/microsd/log/2026-01-15/14_30_%02d.ulg" % i in kept for i in (3, 4, 5)), kept


@rule
def a_row_that_is_no_record_is_not_deleted(case):
    for where in ("cloud", "local"):
        case.world.tables[where][RECORDS]["record-001"]["ulog"] = {"id": 5}
    answer = case.ask("delete_flight_record", {"flight_record_id": "record-001"})
    assert answer["error_code"] == "PROCESSING_ERROR" and answer["message"].startswith("Error deleting flight record record-001: ") and "ulog" in answer["message"], answer
    told = case.broadcast("petal-flight-log/delete_flight_record")["payload"]
    assert told == {"status": "error", "flight_record_id": "record-001", "message": answer["message"]}, told
    state = case.ended(case.fine("bulk_delete_flight_records", {"flight_record_ids": ["record-001"]})["job_id"])
    assert [f["id"] for f in state["metadata"]["failed_ids"]] == ["record-001"] and state["metadata"]["overall_status"] == "error", state
    assert not any(r.get("deleted") for r in case.rows())
    answer = case.fine("fetch_existing_flight_records", {})
    assert answer["data"] == {"flight_records": [], "total_matches": 0}, answer


@rule
def a_database_that_refuses_is_told_where_it_matters(case):
    data, start = case.world.faults.data, "Error processing test_start_sync_flight_record command: "
    data["cloud.setData"] = "500 oops"
    answer = case.ask("start_sync_flight_record", {"flight_record_id": "record-001"})
    assert (answer["error_code"], answer["message"]) == ("INTERNAL_ERROR", start + "500: Failed to update flight record with sync job ID"), answer
    data["cloud.updateData"] = "500 oops"
    answer = case.ask("delete_flight_record", {"flight_record_id": "record-001"})
    assert answer["message"].startswith("Error deleting flight record record-001: Failed to delete flight record record-001: "), answer
    case.world.reset(flight(case.world.home))
    data = case.world.faults.data
    for database, reason in (("cloud", "Failed to retrieve flight records"), ("local", "Failed to retrieve local flight records")):
        data[database + ".scanData"] = "500 oops"
        state = case.ended(case.fine("fetch_flight_records", WINDOW)["job_id"], "error")
        assert reason in state["error_message"], state
        data.clear()
    data["cloud.scanData"] = "500 oops"
    answer = case.ask("fetch_existing_flight_records", {})
    assert (answer["error_code"], answer["data"]) == ("PROCESSING_ERROR", None) and answer["message"].endswith("500: Failed to retrieve flight records"), answer
    data.clear()
    data["cloud.getData"] = "500 oops"
    answer = case.ask("start_sync_flight_record", {"flight_record_id": "record-001"})
    assert answer["message"] == start + "404: Flight record record-001 not found", answer


@rule
def who_does_not_wait_hears_the_broadcasts_only(case):
    case.world.vehicle.files["fs/microsd/fail_1.log"] = 10
    for name, payload in (("delete_flight_record", {"flight_record_id": "nobody"}), ("clear_error_logs", {}), ("detect_error_logs", None), ("fetch_existing_flight_records", None)):
        case.send(name, payload, waitResponse=False)
    for command in ("petal-flight-log/delete_flight_record", "/petal-flight-log/clear_error_logs", "/petal-flight-log/detect_error_logs", "petal-flight-log/fetch_flight_records"):
        message = case.broadcast(command)
        assert message["deviceId"] == "Instance-drone-001" and ("waitAck" in message) == ("error_logs" not in command), message
    case.send("delete_flight_record", {"flight_record_id": 5}, waitResponse=False)
    case.alive()
    assert len(case.bus.of("response")) == 1, case.bus.of("response")


@rule
def an_acknowledgement_comes_first_and_an_answer_before_its_stream(case):
    case.world.faults.hold = ("mavlink.log_request_list", 1)
    job = case.send("fetch_flight_records", WINDOW, waitAck=True)
    case.wait("answer", lambda: case.answers(job))
    kinds = [t for t, _, m in case.bus.messages if m.get("messageId") == job]
    assert kinds == ["ack", "response"], kinds
    ack = case.bus.of("ack")[0]
    assert set(ack) == {"messageId", "phase", "ackType", "service", "timestamp", "deviceId"} and (ack["ackType"], ack["service"]) == ("service-received", "petal-flight-log"), ack
    for turn in range(5):
        message = case.send("subscribe_fetch_flight_records", {"subscribed_stream_id": "s%d" % turn, "data_rate_hz": 10})
        case.wait("its first message", lambda: any(m["payload"].get("published_stream_id") == "s%d" % turn for m in case.bus.of("command/web")))
        order = [t for t, _, m in list(case.bus.messages) if m.get("messageId") == message or (m.get("payload") or {}).get("published_stream_id") == "s%d" % turn]
        assert order[0] == "response", order
    case.world.release()
    case.ended(case.answers(job)[0]["job_id"])


@rule
def families_keep_one_job_each(case):
    case.world.reset(copies(case.world.home, 6), Faults(hold=("mavlink.shell rm", 1)))
    bulk = [case.send("bulk_delete_flight_records", {"flight_record_ids": ["r%d" % i]}) for i in range(1, 6)]
    clear = [case.send("clear_all_ulogs", {"base": "fs/microsd/log"}) for _ in range(5)]
    case.wait("some answers", lambda: sum(len(case.answers(m)) for m in bulk + clear) >= 2)
    case.world.release()
    answers = case.wait("all answers", lambda: all(case.answers(m) for m in bulk + clear) and [case.answers(m)[0] for m in bulk + clear], 60)
    assert all(a["status"] == "success" and a["job_id"] for a in answers), answers
    mine = lambda: [case.world.jobs()["job:" + a["job_id"]] for a in answers]
    case.wait("the end of all", lambda: all(j["status"] in ENDED for j in mine()), 60)
    for family in ("BulkDeleteFlightRecordsJob", "ClearAllUlogsJob"):
        assert sorted(j["status"] for j in mine() if j["job_type"] == family) == ["cancelled"] * 4 + ["completed"], mine()
    case.fine("detect_error_logs", {})                                # whatever was cancelled where, the vehicle is still reached
    assert case.broadcast("/petal-flight-log/detect_error_logs")["payload"]["status"] == "success"


@rule
def an_ended_job_is_told_to_late_subscribers(case):
    family = (("fetch_flight_records", "FetchFlightRecordsJob", WINDOW), ("clear_all_ulogs", "ClearAllUlogsJob", {}),
              ("bulk_delete_flight_records", "BulkDeleteFlightRecordsJob", {"flight_record_ids": ["nobody"]}))
    for name, kind, payload in family:
        job = case.fine(name, payload)["job_id"]
        case.ended(job)
        answer = case.wait("the stored state", lambda: next((a for a in [case.fine("subscribe_" + name, {"subscribed_stream_id": "late"})] if a["job_state"]), None))
        assert (answer["message"], answer["job_id"], answer["data_rate_hz"], answer["mqtt_topic"]) == (kind + " already completed with status: completed", job, None, None), answer
        assert answer["job_state"] == case.world.jobs()["job:" + job], answer
        assert case.fine("cancel_" + name, {})["cancelled_jobs"] == [], "an ended job was counted"
        assert case.world.redis.ttl("job:" + job) > 86000


# ------------------------------------------------------------------------------------------------ the card
@rule
def error_logs_are_named_exactly_so(case):
    names = {"fail_1.log": 10, "fail_.log": 11, "FAIL_2.log": 1, "fail_3.LOG": 1, "xfail_4.log": 1, "fail_5.log.gz": 1, "fail_6.logs": 1, "fail_dir.log/inside.txt": 1, "sub/fail_7.log": 1}
    case.world.reset({"sd_card": {"fs/microsd/" + n: s for n, s in names.items()}})
    case.fine("detect_error_logs", {})
    found = case.broadcast("/petal-flight-log/detect_error_logs")["payload"]
    assert sorted((f["path"], f["size_bytes"]) for f in found["files"]) == [("fs/microsd/fail_.log", 11), ("fs/microsd/fail_1.log", 10)], found
    assert found["message"] == "Detected 2 error log file(s) under fs/microsd" and found["total_files"] == 2, found
    case.fine("clear_error_logs", {"base": "fs/microsd"})
    cleared = case.broadcast("/petal-flight-log/clear_error_logs")["payload"]
    assert (cleared["status"], cleared["deleted"], cleared["failed"], cleared["message"]) == ("success", 2, 0, "Cleared 2 error log file(s) from fs/microsd"), cleared
    assert sorted(case.world.vehicle.files) == sorted("fs/microsd/" + n for n in names if n not in ("fail_1.log", "fail_.log")), case.world.vehicle.files


@rule
def clearing_leaves_what_is_no_log(case):
    there = "fs/microsd/log/"
    case.world.reset({"sd_card": {there + "a/1.ulg": 10, there + "a/2.ulg": 10, there + "b/3.ulg": 10, there + "b/notes.txt": 5, there + "loose.ulg": 3, "fs/microsd/params": 1}})
    job = case.fine("clear_all_ulogs", {})["job_id"]
    case.fine("subscribe_clear_all_ulogs", {"subscribed_stream_id": "s", "data_rate_hz": 10})
    state = case.ended(job)
    assert state["metadata"] == {**state["metadata"], "total_files": 3, "deleted": 3, "failed": 0, "base": "fs/microsd/log"}, state
    assert sorted(case.world.vehicle.files) == ["fs/microsd/log/b/notes.txt", "fs/microsd/log/loose.ulg", "fs/microsd/params"], case.world.vehicle.files
    shell = [d for k, d in case.world.effects if k == "mavlink.shell"]
    assert shell[0] == "logger stop" and shell[-1] == "logger start" and {"rmdir /fs/microsd/log/a", "rmdir /fs/microsd/log/b"} <= set(shell), shell


@rule
def a_path_that_would_mean_more_to_a_shell_is_not_given_to_it(case):
    case.world.reset({"sd_card": {"fs/microsd/fail_1;reboot.log": 10, "fs/microsd/fail_$(x).log": 10, "fs/microsd/fail_ok.log": 10}})
    case.fine("clear_error_logs", {})
    case.broadcast("/petal-flight-log/clear_error_logs")
    shell = [d for k, d in case.world.effects if k == "mavlink.shell"]
    assert not any(";" in d or "$" in d for d in shell) and "rm /fs/microsd/fail_ok.log" in shell, shell


@rule
def what_uses_the_vehicle_takes_turns(case):
    case.world.faults.hold = ("mavlink.log_request_list", 1)
    search = case.fine("fetch_flight_records", WINDOW)["job_id"]
    case.reached("mavlink.log_request_list")
    job = case.fine("clear_all_ulogs", {})["job_id"]
    time.sleep(0.5)                                                   # in which it does nothing
    waiting = case.world.jobs()["job:" + job]
    assert (waiting["status"], waiting["progress"]["message"]) == ("in_progress", "Starting clear all ULogs from fs/microsd/log..."), waiting
    case.world.release()
    case.ended(search)
    case.ended(job)
    assert CARD not in case.world.vehicle.files


# ------------------------------------------------------------------------------------------------ streams, Redis, HTTP
@rule
def every_subscriber_has_its_own_rate(case):
    case.world.faults.pace = 0.05
    case.world.faults.hold = ("mavlink.log_request_list", 1)
    job = case.fine("fetch_flight_records", WINDOW)["job_id"]
    case.fine("subscribe_fetch_flight_records", {"subscribed_stream_id": "slow", "data_rate_hz": 0.1})
    case.fine("subscribe_fetch_flight_records", {"subscribed_stream_id": "fast", "data_rate_hz": 10})
    of = lambda s: [m["payload"]["stream_payload"] for m in case.bus.of("command/web") if m["payload"].get("published_stream_id") == s]
    case.wait("ten messages", lambda: len(of("fast")) >= 10)
    assert len(of("slow")) == 1, of("slow")
    case.world.release()
    case.ended(job)
    case.wait("the last messages", lambda: of("slow")[-1]["completed"] and of("fast")[-1]["completed"], 5)
    assert len(of("slow")) == 2 and [m["completed"] for m in of("fast")].count(True) == 1, of("slow")
    assert of("slow")[-1] == of("fast")[-1] and of("slow")[-1]["total_records"] == 1, of("slow")


@rule
def an_unsubscribed_stream_is_silent(case):
    case.world.faults.hold = ("mavlink.log_request_list", 1)
    job = case.fine("fetch_flight_records", WINDOW)["job_id"]
    case.fine("subscribe_fetch_flight_records", {"subscribed_stream_id": "s", "data_rate_hz": 10})
    case.wait("messages", lambda: len(case.bus.of("command/web")) > 2)
    answer = case.fine("unsubscribe_fetch_flight_records", {"unsubscribed_stream_id": "another"})
    assert answer["job_id"] == job and answer["unsubscribed_stream_id"] == "another", answer
    case.world.release()
    case.ended(job)
    time.sleep(0.3)
    assert not any(m["payload"]["stream_payload"]["completed"] for m in case.bus.of("command/web")), case.bus.of("command/web")[-1]
    assert case.fine("unsubscribe_fetch_flight_records", {"unsubscribed_stream_id": "s"})["job_id"] == job


@rule
def leaf_records_come_over_redis(case):
    publish = lambda data: case.world.redis.publish("/petal/petal_flight_log/cmd", data if isinstance(data, str) else json.dumps(data))
    acks = lambda: [d["message"] for k, d in list(case.world.effects) if k == "redis.publish"]
    for noise in ("no json", "[]", {"message_id": 5, "command": "leaf-fc-record.write", "payload": {}}, {"message_id": "m", "command": "other", "payload": {}}):
        publish(noise)
    record = {"id": "leaf-9", "bag_name": "LeafFC_1.bag", "record_timestamp_unix_s": T, "preflight_data": None, "postflight_data": {"flight_time_seconds": 12.5}}
    publish({"message_id": "m1", "command": "leaf-fc-record.write", "payload": {"leaf_fc_record": record}})
    case.wait("both acknowledgements", lambda: len(acks()) == 2)
    assert all(a["status"] == "success" and a["result"] == "LeafFC record saved successfully" and a["message_id"] == "m1" for a in acks()), acks()
    assert case.world.tables["local"][LEAF]["leaf-9"]["bag_name"] == "LeafFC_1.bag"
    case.world.faults.data["local.setData"] = "500 oops"
    publish({"message_id": "m2", "command": "leaf-fc-record.write", "payload": {"leaf_fc_record": record}})
    case.wait("a refusal", lambda: [a for a in acks() if a["message_id"] == "m2" and a["status"] == "error" and a["error"].startswith("Failed to save LeafFC record: ")])
    case.world.faults.data.clear()
    state, rows = case.fetch()
    assert rows["record-001"]["leaf_fc_record"]["id"] == "leaf-9", rows


@rule
def jobs_are_listed_counted_and_forgotten(case):
    case.fetch()
    for path, check in (("/jobs", lambda b: "FetchFlightRecordsJob" in json.dumps(b)), ("/jobs?job_type=FetchFlightRecordsJob", lambda b: "completed" in json.dumps(b)),
                        ("/jobs?status=in_progress&job_type=FetchFlightRecordsJob", lambda b: "FetchFlightRecordsJob" not in json.dumps(b)),
                        ("/jobs/statistics", lambda b: "FetchFlightRecordsJob" in json.dumps(b))):
        status, body = case.web("GET", path)
        assert status == 200 and check(body), (path, status, body)
    status, body = case.web("POST", "/jobs/cleanup?max_age_hours=0")
    assert status == 200 and not case.world.jobs(), (status, body)
    assert case.ask("subscribe_fetch_flight_records", {"subscribed_stream_id": "s"})["error_code"] == "JOB_NOT_FOUND"


if __name__ == "__main__":
    given = options()
    given.add_argument("--patience", type=float, default=0, help="seconds more for what has a limit, on a loaded machine")
    given = given.parse_args()
    Rule.patience = given.patience
    play(RULES, given)
