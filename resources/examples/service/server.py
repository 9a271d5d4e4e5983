#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A small service for the example beside it: says how high an airport lies, as far as it knows. It takes 50 to 150 ms for an answer, is busy for every
tenth request (503), and hasn't heard of every thirtieth airport (404). usage: server.py [PORT]; Ctrl+C ends it."""
import hashlib
import http.server
import json
import sys
import time


class Service(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    asked = 0

    def do_GET(self):
        code = self.path.rsplit("/", 1)[-1]
        chance = hashlib.sha256(code.encode()).digest()  # the same at each run
        Service.asked += 1
        time.sleep(0.05 + chance[0] / 2550)
        if Service.asked % 10 == 0:
            self.answer(503, {"error": "busy, ask again"})
        elif chance[1] % 30 == 0:
            self.answer(404, {"error": f"no airport {code}"})
        else:
            self.answer(200, {"airport": code, "elevation": int.from_bytes(chance[2:4], "big") % 3000})

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8765
    print(f"Answers at http://127.0.0.1:{port}/elevation/CODE; Ctrl+C ends it.")
    try:
        http.server.ThreadingHTTPServer(("127.0.0.1", port), Service).serve_forever()
    except KeyboardInterrupt:
        pass
