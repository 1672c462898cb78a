"""Uses a vehicle as a ground station made with pymavlink: parameters, shell, log list. Prints what it found as one line of JSON.

usage: parameter_client.py CONNECTION
"""
import json
import os
import struct
import sys
import time

os.environ["MAVLINK20"] = "1"
from pymavlink import mavutil  # noqa: E402


def main():
    link = mavutil.mavlink_connection(sys.argv[1], source_system=250, dialect="ardupilotmega")
    link.mav.heartbeat_send(6, 8, 0, 0, 4)
    link.wait_heartbeat(timeout=10)
    link.param_fetch_all()
    values = {}
    end = time.time() + 20
    while time.time() < end:
        message = link.recv_match(type="PARAM_VALUE", blocking=True, timeout=1)
        if message is None:
            break
        values[message.param_id] = message
    raw = struct.unpack("<f", struct.pack("<i", -7))[0]
    link.mav.param_set_send(1, 1, b"CA_ROTOR_COUNT", raw, mavutil.mavlink.MAV_PARAM_TYPE_INT32)
    stored = link.recv_match(type="PARAM_VALUE", blocking=True, timeout=5)
    data = list(b"ver all\n") + [0] * 62
    link.mav.serial_control_send(10, 6, 0, 0, 8, data)
    shell = ""
    while not shell.endswith("nsh> \x1b[K"):
        reply = link.recv_match(type="SERIAL_CONTROL", blocking=True, timeout=5)
        if reply is None:
            break
        shell += bytes(reply.data[: reply.count]).decode()
    link.mav.log_request_list_send(1, 1, 0, 0xFFFF)
    entry = link.recv_match(type="LOG_ENTRY", blocking=True, timeout=5)
    print(json.dumps({
        "count": len([name for name in values if name != "_HASH_CHECK"]),
        "hash": "_HASH_CHECK" in values,
        "stored": struct.unpack("<i", struct.pack("<f", stored.param_value))[0],
        "shell": shell,
        "logs": entry.num_logs,
    }), flush=True)


main()
