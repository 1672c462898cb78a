"""Reads a ULog file with pyulog and prints what is in it as one line of JSON.

usage: ulog_facts.py FILE
"""
import json
import sys

from pyulog import ULog

log = ULog(sys.argv[1])
print(json.dumps({
    "corrupt": log.file_corruption,
    "seconds": (log.last_timestamp - log.start_timestamp) / 1e6,
    "records": {data.name: len(data.data["timestamp"]) for data in log.data_list},
    "highest": float(-min(log.get_dataset("vehicle_local_position").data["z"])),
    "parameters": len(log.initial_parameters),
    "hardware": log.msg_info_dict["ver_hw"],
    "texts": [message.message for message in log.logged_messages],
}), flush=True)
