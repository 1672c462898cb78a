"""Downloads files one after the other with a peer's MAVLink FTP client and prints one JSON object per file.

usage: ftp_get.py mavsdk|mavsdk-noburst|pymavlink <address> <target directory> <time limit in s> <path>...
       ftp_get.py <client> --list <address> <directory>

The address is host:port of a UDP listener.
"""

import json
import os
import sys
import threading
import time


def report(**values):
    print(json.dumps(values), flush=True)


def mavsdk_system(address):
    from mavsdk import ComponentType, Configuration, Mavsdk

    mavsdk = Mavsdk(Configuration.create_with_component_type(ComponentType.GROUND_STATION))
    mavsdk.add_any_connection("udpout://" + address)
    system = mavsdk.first_autopilot(20.0)
    if system is None:
        sys.exit("no autopilot heard")
    return mavsdk, system


def mavsdk_client(address):
    from mavsdk.plugins.ftp import Ftp

    mavsdk, system = mavsdk_system(address)
    return mavsdk, Ftp(system)


def with_mavsdk(address, target, limit, paths, burst):
    from mavsdk.plugins.ftp import FtpResult

    mavsdk, ftp = mavsdk_client(address)
    for path in paths:
        done = threading.Event()
        results = []

        def callback(result, data, _user=None):
            if result != FtpResult.NEXT:
                results.append(result)
                done.set()

        start = time.monotonic()
        ftp.download_async(path, target, burst, callback)
        done.wait(limit)
        seconds = time.monotonic() - start
        if not results:
            report(path=path, ok=False, seconds=seconds, error="not finished")
            os._exit(1)
        report(path=path, ok=results[0] == FtpResult.SUCCESS, seconds=seconds, error=str(results[0]))
    os._exit(0)


def pymavlink_client(address):
    from pymavlink import mavutil
    from pymavlink.mavftp import MAVFTP

    link = mavutil.mavlink_connection("udpout:" + address, source_system=255, source_component=190)
    end = time.monotonic() + 20
    heartbeat = None
    while heartbeat is None and time.monotonic() < end:
        link.mav.heartbeat_send(6, 8, 0, 0, 4)
        heartbeat = link.recv_match(type="HEARTBEAT", blocking=True, timeout=0.5)
    if heartbeat is None:
        sys.exit("no heartbeat heard")

    def beat():
        while True:
            link.mav.heartbeat_send(6, 8, 0, 0, 4)
            time.sleep(1)

    threading.Thread(target=beat, daemon=True).start()
    ftp = MAVFTP(link, target_system=heartbeat.get_srcSystem(), target_component=1)
    ftp.ftp_settings.burst_read_size = 239
    ftp.ftp_settings.debug = 0
    return ftp


def with_pymavlink(address, target, limit, paths):
    ftp = pymavlink_client(address)
    for path in paths:
        local = os.path.join(target, os.path.basename(path))
        finished = []

        def done(data, local=local, finished=finished):
            # with a callback pymavlink leaves the writing to it; data is None after a failure
            finished.append(time.monotonic())
            if data is not None:
                data.seek(0)
                with open(local, "wb") as out:
                    out.write(data.read())

        start = time.monotonic()
        ftp.cmd_get([path, local], callback=done)
        ret = ftp.process_ftp_reply("OpenFileRO", timeout=limit)
        seconds = (finished[0] if finished else time.monotonic()) - start
        report(path=path, ok=ret.error_code == 0, seconds=seconds, error=str(ret.error_code))
    os._exit(0)


def list_directory(client, address, directory):
    if client == "pymavlink":
        ftp = pymavlink_client(address)
        start = time.monotonic()
        ret = ftp.cmd_list([directory])
        count = len(ftp.list_result)
        seconds = time.monotonic() - start
    else:
        mavsdk, ftp = mavsdk_client(address)
        start = time.monotonic()
        data = ftp.list_directory(directory)
        seconds = time.monotonic() - start
        data = data[1] if isinstance(data, tuple) else data
        count = len(data.entries)
    report(count=count, seconds=seconds)
    os._exit(0)


if __name__ == "__main__":
    if sys.argv[2] == "--list":
        list_directory(sys.argv[1], sys.argv[3], sys.argv[4])
    client, address, target, limit = sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4])
    if client == "pymavlink":
        with_pymavlink(address, target, limit, sys.argv[5:])
    else:
        with_mavsdk(address, target, limit, sys.argv[5:], client == "mavsdk")
