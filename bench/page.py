"""A page of the dashboard that stays open beside a benchmark, without a browser.

It asks for what the browser's page asks for (`dashboard/live.js`): a session, the stream of events, the server's state every
15 s and, on the first page, the penalties every 10 s; on the page of connections, all rows once, and again after a gap. What it
reads it throws away, so that it takes little of a machine that the server needs: a browser would draw it.
"""
import http.client
import json
import multiprocessing
import os
import select
import socket
import time

PATIENCE = 30             # seconds for an answer
STATUS, PENALTIES = 15, 10  # seconds between two requests
ROWS = 20_000             # the most that the page holds
PAGE = 1000               # rows asked for at a time
KINDS = ("overview", "connections")


class Reader:
    """Who is logged in, and asks on one connection as a browser does."""

    def __init__(self, data):
        endpoints, until = os.path.join(data, "endpoints.json"), time.monotonic() + PATIENCE
        while not os.path.exists(endpoints) and time.monotonic() < until:
            time.sleep(0.05)
        with open(endpoints, encoding="utf-8") as file:
            found = json.load(file)["http"]
        self.address = (found[0] if isinstance(found, list) else found).rsplit(":", 1)
        with open(os.path.join(data, "admin.secret"), encoding="utf-8") as file:
            secret = json.load(file)
        self.headers = {"X-Requested-With": "argyle"}
        self.connection = http.client.HTTPConnection(*self.address, timeout=PATIENCE)
        body = json.dumps({"name": secret["username"], "password": secret["password"]})
        answer = self.ask("POST", "/session", body, {"Content-Type": "application/json"})
        self.headers["Cookie"] = answer.getheader("Set-Cookie").partition(";")[0]

    def ask(self, method, path, body=None, headers=None):
        self.connection.request(method, "/api/v1" + path, body, {**self.headers, **(headers or {})})
        answer = self.connection.getresponse()
        answer.content = answer.read()
        if answer.status >= 300:
            raise ConnectionError(f"{method} {path}: {answer.status} {answer.content[:200]}")
        return answer

    def get(self, path):
        try:
            return self.ask("GET", path).content
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            self.connection.close()  # it was idle for too long: a browser opens another one too
            return self.ask("GET", path).content

    def rows(self):
        cursor, count = None, 0
        while count < ROWS:
            page = json.loads(self.get(f"/connections?limit={PAGE}" + (f"&cursor={cursor}" if cursor else "")))
            cursor, count = page["next"], count + len(page["items"])
            if not cursor:
                return

    def events(self, query):
        host, port = self.address
        stream = socket.create_connection((host, int(port)), PATIENCE)
        lines = [f"GET /api/v1/events{query} HTTP/1.1", f"Host: {host}:{port}", "Accept: text/event-stream"]
        stream.sendall("\r\n".join(lines + [f"{key}: {value}" for key, value in self.headers.items()] + ["", ""]).encode())
        first = stream.recv(1 << 16)
        if b" 200 " not in first.partition(b"\r\n")[0]:
            raise ConnectionError(f"no stream of events: {first[:200]}")
        return stream


def stay(data, kind, opened, octets):
    """Opens the page, says so, and reads until it is ended."""
    reader = Reader(data)
    has_rows = kind == "connections"
    stream = reader.events("" if has_rows else "?connections=false")
    reader.get("/status")
    due = {"/status": time.monotonic() + STATUS}
    if has_rows:
        reader.rows()
    else:
        reader.get("/penalties")
        due["/penalties"] = time.monotonic() + PENALTIES
    opened.set()
    while True:
        if select.select([stream], [], [], max(0, min(due.values()) - time.monotonic()))[0]:
            data = stream.recv(1 << 20)
            if not data:
                raise ConnectionError("the stream of events ended")
            octets.value += len(data)
            if has_rows and b"event: gap" in data:
                reader.rows()
        for path, at in due.items():
            if time.monotonic() >= at:
                reader.get(path)
                due[path] = time.monotonic() + (STATUS if path == "/status" else PENALTIES)


class OpenPage:
    """A page in a process of its own, open while the `with` block runs. `prepare` is called in that process first."""

    def __init__(self, data, kind, prepare=None):
        self.opened = multiprocessing.Event()
        self.octets = multiprocessing.Value("q", 0, lock=False)
        self.process = multiprocessing.Process(target=self._run, args=(prepare, data, kind), daemon=True)

    def _run(self, prepare, data, kind):
        if prepare:
            prepare()
        stay(data, kind, self.opened, self.octets)

    def __enter__(self):
        self.process.start()
        if not self.opened.wait(PATIENCE):
            self.process.kill()
            raise SystemExit("the page did not open")
        return self

    def __exit__(self, *_):
        lost = not self.process.is_alive()
        self.process.kill()
        self.process.join()
        if lost:
            raise SystemExit("the page was lost")

    @property
    def pid(self):
        return self.process.pid
