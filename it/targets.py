"""Destinations that tests of it/ connect to."""
import contextlib
import socket
import threading


class Target:
    """Accepts, and serves every connection on a thread of its own: here, reads until the end."""

    def __init__(self, host="127.0.0.1"):
        self.socket = socket.create_server((host, 0), backlog=1024)
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.socket.accept()
                threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        with client, contextlib.suppress(OSError):
            while client.recv(65536):
                pass

    def close(self):
        self.socket.close()
