"""An Argyle that a benchmark starts: its process, processor time, and end."""
import json
import os
import signal
import subprocess
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ARGYLE = os.path.join(ROOT, "argyle")
CPUCLOCK_SCHED = 2  # of linux/posix-timers.h: what the scheduler has counted
NO_DOORS = {name: {"listen": None} for name in ("mass", "feed", "bottler", "http")}
PATIENCE = 60  # seconds that a start may take


class Argyle:
    """Of a folder, which gets its configuration, its data and what it says."""

    def __init__(self, folder, configuration, argyle=ARGYLE):
        data, said = os.path.join(folder, "data"), os.path.join(folder, "output")
        with open(os.path.join(folder, "argyle.yaml"), "w", encoding="utf-8") as file:
            json.dump({"management": NO_DOORS, "log": {"access": None}, **configuration}, file)
        with open(said, "wb") as output:
            self.process = subprocess.Popen([argyle, "serve", "-c", file.name, "--data", data], stdout=output, stderr=subprocess.STDOUT,
                                            start_new_session=True)
        endpoints, deadline = os.path.join(data, "endpoints.json"), time.monotonic() + PATIENCE
        while not os.path.exists(endpoints):
            if self.process.poll() is not None or time.monotonic() > deadline:
                with open(said, encoding="utf-8") as output:
                    raise SystemExit(output.read())
            time.sleep(0.05)
        with open(endpoints, encoding="utf-8") as file:
            self.endpoints = json.load(file)
        self.pid = self.endpoints["pid"]

    def cpu(self):
        """Seconds of processor time, of the user and of the system, since its start. Exact: /proc/PID/stat counts in 10 ms."""
        return time.clock_gettime(~self.pid << 3 | CPUCLOCK_SCHED)  # clock_getcpuclockid(3), which Python does not have

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
