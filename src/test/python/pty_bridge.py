"""A pseudo terminal in place of a serial line: prints its name on standard error, then copies standard input to it and it to standard output."""
import os
import sys
import threading
import tty

master, slave = os.openpty()
tty.setraw(slave)
print(os.ttyname(slave), file=sys.stderr, flush=True)


def up():
    while True:
        data = os.read(master, 4096)
        os.write(1, data)


threading.Thread(target=up, daemon=True).start()
while True:
    data = os.read(0, 4096)
    if not data:
        break
    os.write(master, data)
