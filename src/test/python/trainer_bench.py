"""The reference service under load: argv = events port, commands port. "events N" on stdin publishes N events of about 300 bytes."""
import sys
import time

from autotrainer.api import (ApiCommandReqeustResult, ApiCommandRequestResponse, ApiTopic, create_api_service)
from autotrainer.api.api_options import ApiOptions, RpcOptions

service = create_api_service(ApiOptions(rpc=RpcOptions(heartbeat_interval=3600, subscriber_port=int(sys.argv[1]),
                                                       command_port=int(sys.argv[2]))))
service.command_request_delegate = lambda request: ApiCommandRequestResponse(result=ApiCommandReqeustResult.SUCCESS)
service.start()
print("ready", flush=True)
for line in sys.stdin:
    words = line.split()
    if not words:
        break
    for index in range(int(words[1])):
        service.send_dict(ApiTopic.EVENT, {
            "kind": 1101, "when": 1760000000.25 + index, "index": index,
            "context": {"training_phase_id": "9b2e6f3a-1c4d-4e5f-8a9b-0c1d2e3f4a5b", "progress": 0.4125,
                        "position": [12.5, 3.75, 0.0625], "file_name": "session/2026/01/02/trial.h5",
                        "comment": "the mouse went through the tunnel and came back with a pellet"}})
time.sleep(0.5)
service.stop()
