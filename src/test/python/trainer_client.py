"""A client on real libzmq: argv = events port, commands port. Reads lines from stdin: a JSON value is sent as a command and the
raw reply printed; "events N" prints the next N published messages, decoded twice as the reference's clients must."""
import json
import sys

import zmq

context = zmq.Context()
subscriber = context.socket(zmq.SUB)
subscriber.setsockopt(zmq.SUBSCRIBE, b"")
subscriber.setsockopt(zmq.RCVTIMEO, 20000)
subscriber.connect("tcp://127.0.0.1:" + sys.argv[1])
requester = context.socket(zmq.REQ)
requester.setsockopt(zmq.RCVTIMEO, 20000)
requester.connect("tcp://127.0.0.1:" + sys.argv[2])
print("ready", flush=True)
for line in sys.stdin:
    words = line.split()
    if words[:1] == ["events"]:
        for _ in range(int(words[1])):
            topic, body = subscriber.recv_multipart()
            print(json.dumps([int.from_bytes(topic, "little"), json.loads(json.loads(body))]), flush=True)
    elif words:
        requester.send(line.strip().encode())
        print(requester.recv().decode(), flush=True)
context.destroy(linger=0)
