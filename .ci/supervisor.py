"""Does what systemd does for a service of Type=notify: hands it a socket, writes down what it says there, ends it when its
watchdog is not fed for WATCHDOG_S seconds, and starts it again when it has ended.

usage: supervisor.py SOCKET LOG COMMAND...       ends with its service on SIGTERM
"""

import os
import signal
import socket
import subprocess
import sys
import time

WATCHDOG_S = 6
RESTART_S = 1


def main():
    path, log_path, command = sys.argv[1], sys.argv[2], sys.argv[3:]
    notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    notify.bind(path)
    notify.settimeout(0.2)
    environment = dict(os.environ, NOTIFY_SOCKET=path, WATCHDOG_USEC=str(WATCHDOG_S * 1_000_000))
    log = open(log_path, "a", buffering=1)
    stop = []
    signal.signal(signal.SIGTERM, lambda *_: stop.append(True))
    first = True
    while not stop:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        if not first:
            log.write("restarted\n")
        first = False
        ready = False
        fed = 0.0
        while process.poll() is None and not stop:
            try:
                message = notify.recv(4096).decode()
                log.write(message + "\n")
                ready = ready or "READY=1" in message
                fed = time.monotonic()
            except socket.timeout:
                pass
            if ready and time.monotonic() - fed > WATCHDOG_S:
                log.write("watchdog\n")
                process.kill()
        if stop:
            process.terminate()
        log.write(f"ended {process.wait(60)}\n")
        if not stop:
            time.sleep(RESTART_S)


if __name__ == "__main__":
    main()
