#!/usr/bin/env python3
"""Replays the recorded flight-log scenarios against a running process, over real protocols only.

    replay.py --cmd "COMMAND" --golden DIR [--golden DIR2] [--only PREFIX] [--restart] [--json FILE]

Every scenario ends as pass, fail, by hand (a ruling that no program can check) or not replayable. Exit status 1 on any fail.
"""
import argparse, copy, http.client, json, os, queue, re, shlex, signal, subprocess, sys, threading, time, urllib.parse
from pathlib import Path
import paho.mqtt.client as mqtt
from hints import FAULTS, FREE, KEYS, LUCK, LUCK_IN, RULED_DATA, NOT_REPLAYABLE, PREFIXES, RULINGS, SETTLE, deleted
from world import MACHINE, ORGANIZATION, Faults, World, child, stop_child

BASE = "org/%s/device/Instance-%s" % (ORGANIZATION, MACHINE)
ENDED = {"completed", "cancelled", "error"}
HTTP_PREFIX = "/petals/petal-flight-log"
UNORDERED = {"files", "flight_records", "cancelled_jobs", "available_commands", "jobs"}
PLACEHOLDER = re.compile(r"<(?:uuid#\d+|iso8601(?:\+00:00|Z)?|epoch_s|number|rate|home|help-url)>")
UUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
ISO = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?"


class Matcher:
    """Compares recorded with actual values; learns what each numbered placeholder stands for."""

    def __init__(self, home, reference, luck=None):
        self.bound, self.reference = {"<home>": str(home)}, reference
        self.luck = "|".join(filter(None, (LUCK, luck)))

    def fill(self, value):
        """The recorded value with every known placeholder replaced."""
        text = json.dumps(value)
        for name, actual in self.bound.items():
            text = text.replace(name, actual)
        return json.loads(text)

    def diff(self, want, got, path=""):
        if re.search(self.luck, path):
            return []
        if not self.reference and want is None and re.search(RULED_DATA, path):
            return []
        if not self.reference and any(re.search(p, path) and value in (None, got) for p, value in FREE):
            return []
        if isinstance(want, str):
            return [] if self.text(want, got) else ["%s: %s instead of %s" % (path, short(got), short(want))]
        if isinstance(want, dict) and isinstance(got, dict):
            return self.objects(want, got, path)
        if isinstance(want, list) and isinstance(got, list):
            if len(want) != len(got):
                return ["%s: %d items instead of %d" % (path, len(got), len(want))]
            if path.rsplit(".", 1)[-1].split(":")[0] in UNORDERED | {"px4_ulogs", "local_rosbags"}:
                got = self.pair(want, list(got))
            return [d for i, (a, b) in enumerate(zip(want, got)) for d in self.diff(a, b, "%s.%d" % (path, i))]
        number = lambda v: isinstance(v, (int, float)) and not isinstance(v, bool)
        same = abs(want - got) < 1e-6 if number(want) and number(got) else want == got and type(want) is type(got)
        return [] if same else ["%s: %s instead of %s" % (path, short(got), short(want))]

    def objects(self, want, got, path):
        diffs, left = [], dict(got)
        for key in sorted(want, key=lambda k: "<" in self.fill(k)):
            name = self.fill(key)
            if PLACEHOLDER.search(name):                             # an id not met yet: the entry that fits best
                pattern = re.escape(name.split("<")[0])
                fits = sorted((k for k in left if re.match(pattern + UUID, k)), key=lambda k: len(self.trial(want[key], left[k])))
                if fits:
                    self.text(name, fits[0])
                name = fits[0] if fits else name
            if name not in left:
                diffs.append("%s.%s missing" % (path, key))
            else:
                diffs += self.diff(want[key], left.pop(name), path + "." + key)
        return diffs + ["%s.%s unexpected" % (path, key) for key in left]

    def trial(self, want, got):
        saved = dict(self.bound)
        diffs = self.diff(want, got)
        self.bound = saved
        return diffs

    def pair(self, want, got):
        out = []
        for item in want:
            best = min(got, key=lambda g: len(self.trial(item, g)))
            got.remove(best)
            out.append(best)
        return out

    def text(self, want, got):
        if want in ("<epoch_s>", "<number>"):
            return bool(re.fullmatch(r"[\d.]+", str(got)))
        if not isinstance(got, str):
            return False
        for prefix in PREFIXES:
            if prefix.replace("|", "") in want:
                cut = want.index(prefix.replace("|", "")) + len(prefix.split("|")[0])
                if prefix == "Invalid request parameters: " and not self.reference:
                    fields = re.findall(r"^(\w[\w.]*)$", want, re.M)
                    return got.startswith(prefix) and all(f in got for f in fields)
                return got.startswith(self.fill(want[:cut]).replace(" (0 failed)", ""))
        if not self.reference:
            want, got = want.replace(" (0 failed)", ""), got.replace(" (0 failed)", "")
        pattern, names, at = "", [], 0
        for m in PLACEHOLDER.finditer(want):
            pattern += re.escape(want[at:m.start()])
            name, at = m.group(), m.end()
            if name in self.bound:
                pattern += re.escape(self.bound[name])
            elif name.startswith("<uuid"):
                pattern += "(?P=u%s)" % name[6:-1] if name in names else "(?P<u%s>%s)" % (name[6:-1], UUID)
                names.append(name)
            elif name.startswith("<iso"):
                pattern += ISO + (r"(?:Z|\+00:00)?" if self.reference else "Z")
            else:
                pattern += r"[\d.]+"
        found = re.fullmatch(pattern + re.escape(want[at:]), got, re.S)
        if found:
            self.bound.update({name: found.group("u" + name[6:-1]) for name in names})
        return bool(found)


def short(value, n=110):
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= n else text[:n] + "…"


def shell_order(commands):
    """Commands in order; between two logger commands the order of removals is free (the listing has none)."""
    block, out = [], []
    for command in [c.strip() for c in commands if c.split()[0] in ("logger", "rm", "rmdir")] + ["logger"]:
        if command.startswith("logger"):
            out, block = out + sorted(block) + [command], []
        else:
            block.append(command)
    return out[:-1]


def is_stream(message):
    return isinstance(message.get("payload"), dict) and "stream_payload" in message["payload"]


# ------------------------------------------------------------------------------------------------ the process under test
class Program:
    def __init__(self, command, world, wait, absent=(), log=None):
        self.lines = queue.Queue()
        self.http = None
        self.process = child(shlex.split(command), env={**os.environ, **world.environment(absent)}, stdout=subprocess.PIPE, stderr=log or subprocess.DEVNULL, text=True)
        threading.Thread(target=self.read, daemon=True).start()
        if wait:
            time.sleep(wait)
        deadline = time.monotonic() + (0.1 if wait else 120)
        while time.monotonic() < deadline:
            try:
                line = self.lines.get(timeout=max(0.01, deadline - time.monotonic()))
            except queue.Empty:
                break
            if line.startswith("ready"):
                self.http = next((p.split("=", 1)[1] for p in line.split() if p.startswith("http=")), None)
                return
            if not line:
                raise SystemExit("the program ended before it was ready")
        if not wait:
            stop_child(self.process)
            raise SystemExit("the program was not ready in time")

    def read(self):
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put("")

    def stop(self):
        stop_child(self.process)


class Bus:
    """An MQTT client that keeps every message on the device's topics, except the commands."""

    def __init__(self, port):
        self.messages = []
        self.client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
        self.client.on_connect = lambda client, *_: client.subscribe(BASE + "/#", 1)
        self.client.on_message = self.keep
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()

    def keep(self, client, data, message):
        topic = message.topic[len(BASE) + 1:]
        if topic != "command/edge":
            self.messages.append((topic, message.qos, json.loads(message.payload)))

    def of(self, topic):
        return [payload for t, _, payload in list(self.messages) if t == topic]


# ------------------------------------------------------------------------------------------------ one scenario
class Run:
    def __init__(self, golden, world, bus, program, number, reference):
        mark = lambda o: json.loads(re.sub(r'"msg-(\d+)', r'"r%d-msg-\1' % number, json.dumps(o)))      # ids are remembered by the program
        self.g, self.world, self.bus, self.program, self.reference = mark(golden), world, bus, program, reference
        self.name, self.http, self.notes = golden["scenario"], [], []
        self.match = Matcher(world.home, reference, LUCK_IN.get(self.name))
        self.requests = self.g.get("earlier_requests", []) + [self.g["request"]]
        self.faults = Faults(**FAULTS.get(self.name, {}))
        self.held = bool(self.faults.hold)
        self.ruled = not reference and ("drop_in" in golden or self.name in RULINGS)

    def wait(self, test, seconds, every=0.02):
        deadline = time.monotonic() + seconds
        while not test() and time.monotonic() < deadline:
            time.sleep(every)
        return test()

    # sending --------------------------------------------------------------------------------
    def go(self):
        self.world.reset(self.g["setup"], self.faults)
        self.bus.messages.clear()
        time.sleep(SETTLE.get(self.name, 0))
        for index, request in enumerate(self.requests):
            if not self.wait(lambda: self.reached(index), 15):
                self.notes.append("before request %d: %s" % (index + 1, self.lacking))
            self.send(request)
        self.finish()

    def reached(self, index):
        """Has everything happened that the recording shows before request `index`?"""
        before, ended = [], {}
        for event in self.g["timeline"]:
            if event["event"] == "request" and event["index"] == index:
                break
            before.append(event)
            if event["event"] == "redis.set" and "job" in event and event["key"] not in self.g["setup"].get("redis", {}):
                ended[event["key"]] = event["job"]["status"] in ENDED
        seen = lambda kind, verb="": sum(1 for k, d in list(self.world.effects) if k == kind and (not verb or d.startswith(verb)))
        count = lambda kind, verb="": sum(1 for e in before if e["event"] == kind and e.get("command", "").startswith(verb))
        answered = [self.g["responses"][e["index"]]["messageId"] for e in before if e["event"] == "response"]
        have = [r.get("messageId") for r in self.bus.of("response")]
        state = {
            "answer": all(have.count(i) >= answered.count(i) for i in answered),
            "publication": bool(self.bus.of("command/web")) or not count("publish"),
            "log list": seen("mavlink.log_request_list") >= count("mavlink.log_request_list"),
            "download": seen("mavftp.get") >= min(1, count("mavftp.get")),
            "upload": seen("s3.upload") >= count("s3.upload"),
            "rm": seen("mavlink.shell", "rm ") >= count("mavlink.shell", "rm "),
            "end of job": not ended or not any(ended.values()) or sum(j["status"] in ENDED for j in self.world.jobs().values()) >= sum(ended.values()),
        }
        self.lacking = "no " + ", ".join(k for k, v in state.items() if not v)
        return all(state.values())

    def learn(self):
        """Ids from the answers and job states so far, needed by the next request."""
        for want in self.g["responses"]:
            for got in self.bus.of("response"):
                if want["messageId"] == got.get("messageId"):
                    self.match.diff(want, got)
        states = {k: v for k, v in self.g["after"].get("redis", {}).items() if k.startswith("job:")}
        live = self.world.jobs()
        for key, want in states.items():
            got = live.get(self.match.fill(key))
            for name, value in want.get("metadata", {}).items():
                if got and isinstance(value, str) and value.startswith("<uuid"):
                    self.match.diff(value, got["metadata"].get(name))

    def send(self, request):
        if "redis_channel" in request:
            data = request["data"]
            return self.world.redis.publish(request["redis_channel"], data if isinstance(data, str) else json.dumps(data))
        if "<" in json.dumps(request):
            self.learn()
            request = self.match.fill(request)
        if "http" not in request:
            return self.bus.client.publish(BASE + "/command/edge", json.dumps(request), 1).wait_for_publish(5)
        path = HTTP_PREFIX + request["path"] + ("?" + urllib.parse.urlencode(request["params"]) if "params" in request else "")
        connection = http.client.HTTPConnection(self.program.http, timeout=30)
        connection.request(request["http"], path, json.dumps(request["json"]) if "json" in request else None, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        text = answer.read().decode()
        try:
            text = json.loads(text)
        except ValueError:
            pass
        self.http.append({"status": answer.status, "body": text})

    # waiting for the end --------------------------------------------------------------------
    def finish(self):
        g, of = self.g, self.bus.of
        streams = [m for m in g["published"] if is_stream(m)]
        completed = lambda m: is_stream(m) and m["payload"]["stream_payload"].get("completed")
        answered = lambda: len(of("response")) >= len(g["responses"]) and len(of("ack")) >= len(g.get("acks", []))
        self.wait(answered, 4 if self.held else 15)
        if self.held:
            if streams and not any(map(is_stream, of("command/web"))):
                self.wait(lambda: any(map(is_stream, of("command/web"))), 3)
            time.sleep(0.1)
            self.world.release()
        if self.ruled:
            wanted = None                                            # outcome differs: wait for silence
        else:
            states = {**g["setup"], **g["after"]}.get("redis", {})
            wanted = sorted(v["status"] for k, v in states.items() if k.startswith("job:"))
        published = lambda: len([m for m in of("command/web") if not is_stream(m)]) >= len(g["published"]) - len(streams) and \
            (any(map(completed, of("command/web"))) or not any(map(completed, streams)))
        jobs = lambda: sorted(j["status"] for j in self.world.jobs().values())
        redis_there = "redis" not in g["environment"].get("absent_backends", ())
        done = lambda: answered() and published() and (wanted is None or not redis_there or jobs() == wanted)
        acts = lambda: sum(not k.endswith(("getData", "scanData")) for k, _ in list(self.world.effects))      # health probes read
        activity = lambda: (len(self.bus.messages), acts(), tuple(jobs()) if redis_there else 0)
        mark, since, limit = None, 0, time.monotonic() + 60
        while time.monotonic() < limit:                              # until all is as recorded and still, or nothing moves any more
            if activity() != mark:
                mark, since = activity(), time.monotonic()
            still = time.monotonic() - since
            settled = not redis_there or all(j["status"] in ENDED for k, j in self.world.jobs().items() if k not in g["setup"].get("redis", {}))
            complete = done() and wanted is not None and redis_there
            if still > (0.4 if complete else 3 if settled and answered() and published() else 17):
                break
            time.sleep(0.05)
        self.after, self.effects = self.world.snapshot(), list(self.world.effects)
        self.responses = of("response")
        self.stream = [m for m in of("command/web") if is_stream(m)]
        self.broadcasts = [m for m in of("command/web") if not is_stream(m)]

    # judging --------------------------------------------------------------------------------
    def judge(self):
        if self.ruled:
            ruling = RULINGS.get(self.name)
            if self.name.startswith("delete-"):
                ruling = lambda run: deleted(run, self.g)
            if ruling:
                wrong = ruling(self)
                return ("fail", ["ruling: " + wrong]) if wrong else ("pass", [])
            if len(self.responses) != len(self.g["responses"]):
                return "fail", ["%d responses instead of %d" % (len(self.responses), len(self.g["responses"]))]
            diffs = [d for want, got in zip(self.g["responses"], self.responses) for k in ("status", "error_code") for d in self.match.diff(want.get(k), got.get(k), k)]
            return ("fail", diffs) if diffs else ("by hand", [short(self.g["drop_in"], 200)])
        diffs = self.messages() + self.state()
        return ("fail", diffs) if diffs else ("pass", [])

    def messages(self):
        g, m = self.g, self.match
        wanted_ids = [r["messageId"] for r in g["responses"]]
        got = sorted(self.responses, key=lambda r: wanted_ids.index(r.get("messageId")) if r.get("messageId") in wanted_ids else 99)
        diffs = m.diff(g["responses"], got, "responses") + m.diff(g.get("acks", []), self.bus.of("ack"), "acks")
        diffs += m.diff(g.get("http_replies", []), self.http, "http")
        diffs += ["%s: QoS %d" % (t, q) for t, q, _ in self.bus.messages if q != 1][:1]
        diffs += m.diff([p for p in g["published"] if not is_stream(p)], self.broadcasts, "published")
        commands = list(dict.fromkeys(p["command"] for p in g["published"] + self.stream if is_stream(p)))
        for command in commands:
            diffs += self.one_stream(*([p for p in side if is_stream(p) and p["command"] == command] for side in (g["published"], self.stream)))
        return diffs

    def one_stream(self, want, got):
        if not want or not got:
            return [] if len(want) == len(got) else ["stream: %d messages instead of %d" % (len(got), len(want))]
        payload = lambda message: message["payload"]["stream_payload"]
        head, tail = copy.deepcopy(want[0]), copy.deepcopy(want[-1])
        moving = {"progress", "message", "status", "completed", "total_records", "total_deleted", "total_failed", "total_files", "deleted", "failed"}
        if not self.held:                                             # where a running job is met, is luck
            for key in moving & set(payload(head)):
                payload(head)[key] = payload(got[0]).get(key)
        if not self.reference and payload(tail).get("status") == "error":
            payload(tail)["message"] = payload(got[-1]).get("message")
        diffs = self.match.diff(head, got[0], "stream first")
        ends = [payload(p).get("completed") for p in got]
        if payload(tail)["completed"]:
            if self.name.startswith("sync-") and payload(tail)["progress"] < 100:
                payload(tail)["progress"], payload(tail)["message"] = payload(got[-1])["progress"], payload(got[-1])["message"]
            tail["messageId"] = "<uuid#9999>"
            diffs += self.match.diff(tail, got[-1], "stream last")
        if ends.count(True) != int(payload(tail)["completed"]):
            diffs.append("stream: %d messages with completed" % ends.count(True))
        progress = [payload(p)["progress"] for p in got]
        if any(a > b for a, b in zip(progress, progress[1:])) and not (self.reference and self.name.startswith("sync-")):
            diffs.append("stream: progress decreases %s" % progress)
        return diffs

    def state(self):
        g, diffs = self.g, []
        redis_there = "redis" not in g["environment"].get("absent_backends", ())
        for part in ("redis", "redis_ttl", "cloud", "local", "s3", "sd_card", "local_files"):
            if part.startswith("redis") and not redis_there:
                continue
            want, got = g["after"].get(part, g["setup"].get(part, {})), self.after[part]
            if part in ("cloud", "local"):
                want = {t: rows for t, rows in want.items() if rows}
                got = {t: rows for t, rows in got.items() if rows}
            if part == "redis_ttl":
                want = {k: v for k, v in want.items() if k in g["after"].get("redis", g["setup"].get("redis", {}))}
                got = {k: 86400 if v and 86000 < v <= 86400 else v for k, v in got.items()}
            if part.startswith("redis") and not self.reference:
                got = {k: v for k, v in got.items() if k.startswith(KEYS)}
            diffs += self.match.diff(want, got, part)
        diffs += self.match.diff(shell_order(e["command"] for e in g["timeline"] if e["event"] == "mavlink.shell"),
                                 shell_order(d for k, d in self.effects if k == "mavlink.shell"), "shell")
        uploads = [{k: v for k, v in e.items() if k != "event"} for e in g["timeline"] if e["event"] == "s3.upload"]
        done = [d if self.reference else {**d, "metadata": {k: v for k, v in d["metadata"].items() if k in ("original-filename", "upload-timestamp", "machine-id")}}
                for k, d in self.effects if k == "s3.upload"]
        by_key = lambda items: sorted(items, key=lambda i: i["key"])
        diffs += self.match.diff(by_key(uploads), by_key(done), "s3.upload")
        by_channel = lambda items: sorted(items, key=lambda i: i["channel"])
        diffs += self.match.diff(by_channel([{k: e[k] for k in ("channel", "message")} for e in g["timeline"] if e["event"] == "redis.publish"]),
                                 by_channel([d for k, d in self.effects if k == "redis.publish"]), "redis.publish")
        return diffs


# ------------------------------------------------------------------------------------------------ all scenarios
def rank(golden):
    """Scenarios that need an empty memory first, those that leave a mess last."""
    name = golden["scenario"]
    return (2 if name == "detect-link-down" else 1 if "stuck" in name else -1 if name.endswith(("-unsubscribe-none", "-cancel-none")) else 0,)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--cmd", required=True, help="starts the program; it finds its surroundings in the environment")
    p.add_argument("--golden", required=True, action="append", help="folder of recorded scenarios; may be repeated")
    p.add_argument("--only", default="", help="scenarios whose name starts so; several separated by commas")
    p.add_argument("--shard", default="1/1", help="i/n: every n-th scenario, to run n replays side by side")
    p.add_argument("--restart", action="store_true", help="also replay what needs a start without a back end")
    p.add_argument("--wait-seconds", type=float, default=0, help="do not wait for the ready line")
    p.add_argument("--as-reference", action="store_true", help="compare with the recording itself, rulings ignored")
    p.add_argument("--log", help="standard error of the program goes here")
    p.add_argument("--json", help="write the results here")
    a = p.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    goldens = [json.loads(f.read_text()) for d in a.golden for f in sorted(Path(d).glob("*.json"))]
    goldens = sorted((g for g in goldens if g["scenario"].startswith(tuple(a.only.split(",")))), key=rank)
    i, n = map(int, a.shard.split("/"))
    goldens = goldens[i - 1::n]
    results, world, program = [], World(), None

    def report(golden, result, detail=(), seconds=0.0):
        results.append({"scenario": golden["scenario"], "result": result, "detail": list(detail), "seconds": round(seconds, 1)})
        print("%-15s %-48s %5.1fs  %s" % (result, golden["scenario"], seconds, " | ".join(detail[:4])[:600]), flush=True)

    absent_in = lambda g: tuple(g["environment"].get("absent_backends", ()))
    try:
        world.start()
        bus = Bus(world.mqtt_port)
        log = open(a.log, "w") if a.log else None
        for absent in dict.fromkeys([()] + [absent_in(g) for g in goldens]):
            todo = []
            for g in (g for g in goldens if absent_in(g) == absent):
                reason = NOT_REPLAYABLE.get(g["scenario"]) or ("a job monitor cannot be absent from outside" if "job_monitor" in g["environment"] else
                                                               "needs a start without %s: use --restart" % ", ".join(absent) if absent and not a.restart else None)
                report(g, "not replayable", [reason]) if reason else todo.append(g)
            if not todo:
                continue
            if program:
                program.stop()
            program = Program(a.cmd, world, a.wait_seconds, absent, log)
            for number, g in enumerate(todo, len(results) + 1):
                if "http" in g["request"] and not program.http:
                    report(g, "not replayable", ["no http= on the ready line"])
                    continue
                started = time.monotonic()
                run = Run(g, world, bus, program, number, a.as_reference)
                try:
                    run.go()
                    result, detail = run.judge()
                except (OSError, KeyError, TypeError, AttributeError, http.client.HTTPException) as e:
                    result, detail = "fail", ["%s: %s" % (type(e).__name__, e)]
                report(g, result, detail + run.notes, time.monotonic() - started)
                if program.process.poll() is not None:
                    raise SystemExit("the program ended")
    finally:
        if program:
            program.stop()
        world.close()
        if a.json:
            Path(a.json).write_text(json.dumps(results, indent=1) + "\n")
        counts = {r: sum(x["result"] == r for x in results) for r in ("pass", "fail", "by hand", "not replayable")}
        print("  ".join("%s %d" % (k, v) for k, v in counts.items()), flush=True)
    sys.exit(1 if counts["fail"] else 0)


if __name__ == "__main__":
    main()
