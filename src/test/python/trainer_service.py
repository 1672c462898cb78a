"""A real auto-trainer-api service for the tests: argv = events port, commands port. Each line on stdin is [topic, body] to publish;
an empty line ends it. Commands: 300 answers with the arguments it saw, 100 answers pending and publishes its result, others succeed."""
import json
import sys
import threading

from autotrainer.api import (ApiCommandReqeustResult, ApiCommandRequestResponse, ApiTopic, create_api_service)
from autotrainer.api.api_options import ApiOptions, RpcOptions

service = create_api_service(ApiOptions(rpc=RpcOptions(heartbeat_interval=1, subscriber_port=int(sys.argv[1]),
                                                       command_port=int(sys.argv[2]))))


def finish(command, nonce):
    service.send_dict(ApiTopic.COMMAND_RESULT, {"result": 100, "data": {"session_id": 7}, "error_code": 0, "error_message": None,
                                                "command": int(command), "nonce": nonce})


def serve(request):
    if request.command == 100:
        threading.Timer(0.2, finish, (request.command, request.nonce)).start()
        return ApiCommandRequestResponse(result=ApiCommandReqeustResult.PENDING_WITH_NOTIFICATION)
    if request.command == 300:
        return ApiCommandRequestResponse(result=ApiCommandReqeustResult.SUCCESS, data={"text": repr(request.data)})
    if request.command == 110:
        raise RuntimeError("boom")
    return ApiCommandRequestResponse(result=ApiCommandReqeustResult.SUCCESS)


service.command_request_delegate = serve
service.start()
print("ready", flush=True)
for line in sys.stdin:
    if not line.strip():
        break
    topic, body = json.loads(line)
    service.send_dict(topic, body)
service.stop()
