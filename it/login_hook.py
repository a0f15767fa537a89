"""A service that knows names and passwords, as docs/outside-logins.md asks for: what an operator would write, and what a liar would."""
import http.server
import json
import ssl
import threading
import time


class Hook:
    """It runs on a free port of 127.0.0.1. `users` are passwords by name; `mode` is what it does instead of answering."""

    def __init__(self, users, secret=None, certificate=None):
        self.users, self.secret, self.mode, self.extra = users, secret, None, {}
        self.asked, self.lock, self.elsewhere, self.closed = [], threading.Lock(), 0, False
        self.under_way, self.most = 0, 0
        hook = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                with hook.lock:
                    hook.under_way += 1
                    hook.most = max(hook.most, hook.under_way)
                try:
                    hook.answer(self, body)
                except OSError:
                    self.close_connection = True  # it has not waited
                finally:
                    with hook.lock:
                        hook.under_way -= 1

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            request_queue_size = 512
            daemon_threads = True

        self.server = Server(("127.0.0.1", 0), Handler)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.url = f"http{'s' if certificate else ''}://127.0.0.1:{self.server.server_address[1]}/login"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, handler, body):
        if self.closed:
            raise ConnectionError("a connection that was kept open")
        if handler.path == "/elsewhere":
            self.elsewhere += 1
        question = json.loads(body)
        with self.lock:
            self.asked.append(question)
        if self.secret and handler.headers.get("Authorization") != f"Bearer {self.secret}":
            return self.send(handler, 403, b"{}")
        if self.mode == "slow":
            time.sleep(0.3)
        elif self.mode == "stuck":
            time.sleep(8)
        elif self.mode == "redirect":
            handler.send_response(307)
            handler.send_header("Location", "/elsewhere")
            handler.send_header("Content-Length", "0")
            return handler.end_headers()
        elif self.mode == "huge":
            return self.send(handler, 200, b'{"allow":true,"x":"' + question["password"].encode() * 1000000 + b'"}')
        elif self.mode == "echo":
            return self.send(handler, 200, question["password"].encode())
        elif self.mode == "limit":
            return self.send(handler, 200, json.dumps({"allow": True, "limits": {question["password"]: "1"}}).encode())
        right = self.users.get(question["name"]) == question["password"]
        return self.send(handler, 200, json.dumps({"allow": right, **(self.extra if right else {})}).encode())

    @staticmethod
    def send(handler, status, body):
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def close(self):
        self.closed = True
        self.server.shutdown()
        self.server.server_close()
