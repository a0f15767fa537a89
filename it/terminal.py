"""A terminal of lines and columns for a program on a pty: what it writes becomes a screen that a test can read."""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time

CONTROL = re.compile(rb"\x1b\[([?>=]?)([0-9;]*)[ -/]*([@-~])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()][A-Z0-9]|\x1b[=>78cM]|\x1b")


class Terminal:
    """Understands what full-screen programs of the kind xterm use: cursor address, erasing, the alternate screen.

    As with xterm and the console of Linux, the cursor stays on the last column until the next character, which goes to
    the next line (`spilt` is then true); what erases the rest of the line before that erases the last column.
    """

    def __init__(self, command, width=80, height=24, environment=None):
        self.width, self.height = width, height
        self.cells = []
        self.row = self.column = 0
        self.alternate = False
        self.cursor_visible = True
        self.styles = set()
        self.spilt = False
        self.raw = b""
        self.waiting = b""
        self.status = None
        self._clear()
        pid, self.master = pty.fork()
        if pid == 0:
            os.environ.update(environment or {})
            os.execvp(command[0], command)
        self.pid = pid
        self.resize(width, height)

    def resize(self, width, height):
        self.width, self.height = width, height
        self._clear()
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))

    def _clear(self):
        self.cells = [[" "] * self.width for _ in range(self.height)]

    def echoes(self):
        """Whether the terminal is as a shell wants it: lines, and what is typed is seen."""
        return bool(termios.tcgetattr(self.master)[3] & termios.ECHO)

    def type(self, keys):
        os.write(self.master, keys if isinstance(keys, bytes) else keys.encode())

    def read(self, seconds=0.1):
        """Takes what the program has written; False if it has ended."""
        ready, _, _ = select.select([self.master], [], [], seconds)
        if not ready:
            return True
        try:
            octets = os.read(self.master, 65536)
        except OSError:  # EIO: nobody has the other side open
            return False
        if not octets:
            return False
        self.raw += octets
        self._write(self.waiting + octets)
        return True

    def _write(self, octets):
        self.waiting = b""
        at = 0
        while at < len(octets):
            octet = octets[at]
            if octet == 0x1b:
                found = CONTROL.match(octets, at)
                if found.end() == len(octets) and found.end() - at < 2 or (octets[at + 1:at + 2] == b"[" and found.group(3) is None):
                    self.waiting = octets[at:]  # the rest is yet to come
                    return
                if found.group(3):
                    self._control(found.group(1), found.group(2), found.group(3))
                at = found.end()
            elif octet == 0x0d:
                self.column, at = 0, at + 1
            elif octet == 0x0a:
                self.row, at = min(self.row + 1, self.height - 1), at + 1
            elif octet < 0x20:
                at += 1
            else:
                length = 1 if octet < 0x80 else 2 if octet < 0xe0 else 3 if octet < 0xf0 else 4
                if at + length > len(octets):
                    self.waiting = octets[at:]
                    return
                self._put(octets[at:at + length].decode(errors="replace"))
                at += length

    def _put(self, character):
        if self.column >= self.width:
            self.row, self.column, self.spilt = min(self.row + 1, self.height - 1), 0, True
        if self.row < self.height:
            self.cells[self.row][self.column] = character
        self.column += 1

    def _control(self, private, parameters, final):
        numbers = [int(number or 0) for number in parameters.split(b";")] if parameters else []
        if private == b"?":
            if 1049 in numbers or 47 in numbers:
                self.alternate = final == b"h"
            if 25 in numbers:
                self.cursor_visible = final == b"h"
        elif final in b"Hf":
            self.row = max(1, numbers[0] if numbers else 1) - 1
            self.column = max(1, numbers[1] if len(numbers) > 1 else 1) - 1
        elif final == b"J":
            if numbers and numbers[0] in (2, 3):
                self._clear()
            else:
                self._erase_line()
                for row in range(self.row + 1, self.height):
                    self.cells[row] = [" "] * self.width
        elif final == b"K":
            self._erase_line()
        elif final == b"m":
            self.styles.update(numbers or [0])
        elif final == b"d":
            self.row = max(1, numbers[0] if numbers else 1) - 1
        elif final == b"G":
            self.column = max(1, numbers[0] if numbers else 1) - 1

    def _erase_line(self):
        if self.row < self.height:
            for column in range(min(self.column, self.width - 1), self.width):
                self.cells[self.row][column] = " "

    def lines(self):
        return ["".join(row).rstrip() for row in self.cells]

    def text(self):
        return "\n".join(self.lines())

    def wait(self, wanted, what, seconds=30):
        """Until the screen is as it should be: a part of its text, or a function of this terminal that says so."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if wanted in self.text() if isinstance(wanted, str) else wanted(self):
                return
            if not self.read():
                break
        raise AssertionError(f"{what}; the screen:\n{self.text()}\nthe last octets: {self.raw[-300:]!r}")

    def ended(self, seconds=20):
        """The exit code of the program, which ends by itself."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.read():
            pass
        while time.monotonic() < deadline:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
                return self.status
            time.sleep(0.05)
        raise AssertionError(f"it does not end; the screen:\n{self.text()}")

    def close(self):
        if self.status is None:
            try:
                os.kill(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, 0)
            except (ProcessLookupError, ChildProcessError):
                pass
        os.close(self.master)
