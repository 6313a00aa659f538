"""A WebSub hub on loopback that answers as a test says."""

from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs

TAKEN = (202, {}, b"")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        topic = form["hub.url"][0]
        self.server.requests.append((self.path, dict(self.headers), form))
        status, headers, body = self.server.answer(topic)
        self.server.told += [topic] if status // 100 == 2 else []
        self.close_connection = self.server.hangs_up
        self.send_response(status)
        for name, value in ({} if status == 204 else {"Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Hub(ThreadingHTTPServer):
    """What it was asked and told, and what it answers."""

    daemon_threads = True

    def __init__(self, port=0):
        super().__init__(("127.0.0.1", port), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}/hub?a=1"
        self.requests = []
        self.told = []
        self.connections = 0
        self.hangs_up = False
        self.answers = {}
        self.answer = lambda topic: self.answers.get(topic, TAKEN)

    def process_request(self, *arguments):
        self.connections += 1
        super().process_request(*arguments)

    def handle_error(self, *_):
        """Say nothing where the other side went away: a test may want just that."""


@contextmanager
def running(port=0):
    """Run a hub; at its end the port is closed."""
    with Hub(port) as hub:
        Thread(target=hub.serve_forever, args=(0.01,), daemon=True).start()
        yield hub
        hub.shutdown()
