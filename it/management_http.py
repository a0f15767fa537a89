"""The HTTP API as a script uses it: Basic login, JSON."""
import base64
import http.client
import json
import urllib.parse


class Api:
    """Requests of one administrator, each on a connection of its own."""

    def __init__(self, server):
        self.address = server.address("http")
        name, password = server.admin
        self.login = "Basic " + base64.b64encode(name + b":" + password).decode()

    def ask(self, method, path, **query):
        """(status, body as JSON or None)"""
        target = "/api/v1" + path
        if query:
            target += "?" + urllib.parse.urlencode({key: value for key, value in query.items() if value is not None})
        status, body = self.exchange(method, target)
        return status, json.loads(body) if body else None

    def send(self, method, path, body):
        """The same, with a body."""
        status, answer = self.exchange(method, "/api/v1" + path, body)
        return status, json.loads(answer) if answer else None

    def exchange(self, method, target, body=None):
        """(status, octets of the body)"""
        connection = http.client.HTTPConnection(*self.address, timeout=30)
        headers = {"Authorization": self.login}
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            connection.request(method, target, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def get(self, path, **query):
        status, body = self.ask("GET", path, **query)
        if status != 200:
            raise AssertionError(f"GET {path} {query}: {status} {body}")
        return body

    def pages(self, path, **query):
        """Every item, page by page."""
        cursor = None
        while True:
            page = self.get(path, cursor=cursor, **query)
            yield from page["items"]
            cursor = page["next"]
            if cursor is None:
                return
