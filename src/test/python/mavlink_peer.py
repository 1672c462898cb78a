"""A MAVLink component made with pymavlink, driven by lines of JSON.

usage: mavlink_peer.py CONNECTION SYSTEM COMPONENT [KEY_IN_HEX]

Sends a heartbeat of a PX4 quadrotor five times a second. Prints every other message received as {"name", "system", "component",
"signed", "fields"}. Each line read from standard input is {"name", "fields"} and sent. Acknowledges commands. Ends with its input.
"""
import json
import math
import os
import sys
import threading
import time

os.environ["MAVLINK20"] = "1"
from pymavlink import mavutil  # noqa: E402


def main():
    connection, system, component = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    link = mavutil.mavlink_connection(connection, source_system=system, source_component=component, dialect="ardupilotmega")
    if len(sys.argv) > 4:
        link.setup_signing(bytes.fromhex(sys.argv[4]), sign_outgoing=True)
    lock = threading.Lock()
    ended = threading.Event()

    def beat():
        while not ended.wait(0.2):
            with lock:
                link.mav.heartbeat_send(2, 12, 0, 0, 4)

    def read():
        for line in sys.stdin:
            order = json.loads(line)
            with lock:
                getattr(link.mav, order["name"].lower() + "_send")(**order["fields"])
        ended.set()

    def plain(value):
        if isinstance(value, float) and not math.isfinite(value):
            return None
        return [plain(v) for v in value] if isinstance(value, (list, tuple, bytes, bytearray)) else value

    for task in (beat, read):
        threading.Thread(target=task, daemon=True).start()
    while not ended.is_set():
        message = link.recv_match(blocking=True, timeout=0.2)
        if message is None or message.get_type() in ("HEARTBEAT", "BAD_DATA"):
            continue
        fields = {name: plain(value) for name, value in message.to_dict().items() if name != "mavpackettype"}
        print(json.dumps({"name": message.get_type(), "system": message.get_srcSystem(), "component": message.get_srcComponent(),
                          "signed": message.get_signed(), "fields": fields}), flush=True)
        if message.get_type() in ("COMMAND_LONG", "COMMAND_INT"):
            with lock:
                link.mav.command_ack_send(message.command, 0, 100, 7, message.get_srcSystem(), message.get_srcComponent())


main()
