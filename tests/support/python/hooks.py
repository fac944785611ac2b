"""A receiver of webhooks that is not ours: it checks each delivery with the standardwebhooks library and writes what it took into a file.

    hooks.py PORT KEY FILE

It prints `ready PORT` when it listens. A delivery whose signature is wrong is answered with 400 and written as `forged`.
"""

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

port, key, file = int(sys.argv[1]), sys.argv[2], Path(sys.argv[3])


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            told = Webhook(key).verify(body, headers)
            status, line = 204, f"{headers['webhook-id']} {told['event']} {told['userId']} {told['sessionId']}"
        except WebhookVerificationError as error:
            status, line = 400, f"forged {error}"
        with file.open("a") as kept:
            kept.write(line + "\n")
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


with ThreadingHTTPServer(("127.0.0.1", port), Receiver) as server:
    print("ready", server.server_address[1], flush=True)
    server.serve_forever()
