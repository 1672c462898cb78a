"""Each line on stdin is a JSON string; prints the camelised and the decamelised form as a JSON list."""
import json
import sys

import humps

for line in sys.stdin:
    text = json.loads(line)
    print(json.dumps([humps.camelize(text), humps.decamelize(text)]), flush=True)
