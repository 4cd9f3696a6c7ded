"""Ask a running digest whether it can work: `python health.py [PORT]`; exit status 1 where it cannot."""

import sys
from http import HTTPStatus
from http.client import HTTPConnection

port = int(sys.argv[1]) if len(sys.argv) > 1 else 8025
connection = HTTPConnection("127.0.0.1", port, timeout=4)
try:
    connection.request("GET", "/readyz")
    answer = connection.getresponse()
except OSError as error:
    sys.exit(f"nothing answers on port {port}: {error}")
if answer.status != HTTPStatus.OK:
    sys.exit(answer.read().decode().strip())
