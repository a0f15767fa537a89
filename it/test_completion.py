"""Completion in a real bash and a real zsh, each on a terminal: what they offer for a line that somebody has begun."""
import os
import pty
import fcntl
import select
import shutil
import struct
import subprocess
import tempfile
import termios
import time
import unittest

from harness import RIG

ONCE = True  # it has nothing to do with the data plane

FILES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "deploy", "completions")
PATIENCE = 30
PROMPT = "READY> "


class Shell:
    """An interactive shell without any start-up file, in a folder of its own."""

    def __init__(self, command, begin, show, folder):
        self.show = show
        environment = {"PATH": os.environ["PATH"], "TERM": "dumb", "HOME": folder, "LC_ALL": "C.UTF-8", "PS1": PROMPT}
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execvpe(command[0], command, environment)
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 1000, 400, 0, 0))  # nothing is paged or wrapped
        self.said = ""
        self.until(PROMPT)
        for line in begin:
            self.run(line)

    def run(self, line):
        """Runs a command to its end."""
        self.type(f"{line}; echo do''ne\n")
        self.until("done\r\n")
        self.until(PROMPT)

    def type(self, keys):
        os.write(self.terminal, keys.encode())

    def until(self, wanted):
        """What was said up to `wanted`; the rest stays for the next call."""
        deadline = time.monotonic() + PATIENCE
        while wanted not in self.said:
            if time.monotonic() > deadline:
                raise AssertionError(f"no {wanted!r} in {self.said!r}")
            if select.select([self.terminal], [], [], 1)[0]:
                self.said += os.read(self.terminal, 65536).decode(errors="replace")
        before, _, self.said = self.said.partition(wanted)
        return before

    def offers(self, line):
        """What is offered for the end of this line."""
        self.type(line + self.show + "\x15echo do''ne\n")  # ^U takes the line back
        said = self.last = self.until("done\r\n")
        self.until(PROMPT)
        typed, *lines = said.replace("\r", "\n").split("\n")
        # a single one may be put in its place instead of being listed
        offered = {typed.split()[-1]} if typed.startswith(line) and typed.strip() != line.strip() else set()
        for shown in lines:
            if not shown.startswith(PROMPT) and "do''ne" not in shown and shown.strip() != line.strip():
                offered |= set(shown.split(" -- ")[0].split())
        return offered

    def close(self):
        os.close(self.terminal)  # SIGHUP
        os.waitpid(self.pid, 0)


class Completion(unittest.TestCase):
    """What both shells have in common."""

    shell = None

    @classmethod
    def setUpClass(cls):
        if cls is Completion:
            raise unittest.SkipTest("the shells are below")
        if RIG.relay == "buffer":
            raise unittest.SkipTest("the data plane makes no difference to it")
        if not shutil.which(cls.NAME):
            raise unittest.SkipTest(f"{cls.NAME} is not installed")
        cls.folder = tempfile.mkdtemp(prefix="argyle-completion-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, True)
        for name in ("argyle.yaml", "other file.yaml"):
            with open(os.path.join(cls.folder, name), "w", encoding="utf-8"):
                pass
        os.mkdir(os.path.join(cls.folder, "data"))
        cls.shell = cls.start()
        cls.addClassCleanup(cls.shell.close)

    def offers(self, line, *wanted):
        offered = self.shell.offers(line)
        self.assertEqual(set(wanted), offered, f"{line}; it said {self.shell.last!r}")

    def test_commands_and_the_rest_of_a_word(self):
        offered = self.shell.offers("argyle ")
        self.assertLessEqual({"serve", "check", "users", "ctl", "top", "explain", "completion", "help", "version"}, offered)
        self.offers("argyle che", "check")
        self.offers("argyle ctl st", "status", "start", "stop")
        self.assertLessEqual({"kill", "penalties", "malformed", "drain", "buffer-size"}, self.shell.offers("argyle ctl "))
        self.assertLessEqual({"add", "remove", "rename", "last-connection"}, self.shell.offers("argyle ctl user "))
        self.offers("argyle ctl user re", "remove", "rename")

    def test_commands_behind_options_with_their_values(self):
        self.offers("argyle ctl --via http -o json st", "status", "start", "stop")
        self.offers("argyle ctl --server 127.0.0.1:8081 --user ana st", "status", "start", "stop")
        self.offers("argyle ctl --server [::1]:8081 st", "status", "start", "stop")
        self.offers("argyle ctl --via=http user dis", "disable")

    def test_options_also_those_of_the_command_above(self):
        self.offers("argyle serve --man", "--management-listen", "--management-port")
        self.offers("argyle ctl connections --f", "--follow")
        self.offers("argyle ctl connections --vi", "--via")
        self.offers("argyle users import --up", "--update")

    def test_values_of_choices(self):
        self.offers("argyle ctl --via ", "mass", "feed", "bottler", "http")
        self.offers("argyle ctl status --via ", "mass", "feed", "bottler", "http")
        self.offers("argyle ctl --via=f", "feed")
        self.offers("argyle ctl -o ", "table", "json")
        self.offers("argyle explain --command ", "connect", "bind", "udp")
        self.offers("argyle ctl dissectors ", "on", "off")
        self.offers("argyle users --data x re", "remove", "rename")
        self.offers("argyle completion ", "bash", "zsh")
        self.offers("argyle help us", "users")
        self.assertLessEqual({"killed", "idle-timeout", "refused-by-rule"}, self.shell.offers("argyle ctl history --reason "))

    def test_files_and_folders_where_they_are_wanted(self):
        offered = self.shell.offers("argyle check -c ")
        self.assertLessEqual({"argyle.yaml", "data/"}, {word.replace("data", "data/").replace("//", "/") for word in offered})
        self.offers("argyle check -c arg", "argyle.yaml")
        self.offers("argyle serve --config arg", "argyle.yaml")
        self.assertIn("data", {word.rstrip("/") for word in self.shell.offers("argyle users --data ")})
        self.assertNotIn("argyle.yaml", self.shell.offers("argyle users --data "))
        self.assertNotIn("argyle.yaml", self.shell.offers("argyle ctl kill "))


class Bash(Completion):
    NAME = "bash"

    @classmethod
    def start(cls):
        return Shell(["bash", "--noprofile", "--norc", "-i"],
                     ["bind 'set page-completions off'", "bind 'set completion-query-items 0'", "bind 'set bell-style none'",
                      "bind 'set enable-bracketed-paste off'", f"source '{FILES}/argyle.bash'"],
                     "\x1b?", cls.folder)

    def test_lists_with_commas(self):
        self.offers("argyle serve --authentication ", "password", "none", "gssapi")
        self.offers("argyle serve --authentication gssapi,n", "gssapi,none")

    def test_a_name_with_a_blank_is_completed_as_one_word(self):
        self.shell.run("argyle() { printf '<%s>' \"$@\"; }")
        self.shell.type("argyle check -c oth\t\n")
        self.assertIn("<check><-c><other file.yaml", self.shell.until(">" + PROMPT))

    def test_the_script_has_no_error_in_strict_mode(self):
        done = subprocess.run(["bash", "-n", f"{FILES}/argyle.bash"], capture_output=True, timeout=PATIENCE, check=True)
        self.assertEqual(b"", done.stderr)


class Zsh(Completion):
    NAME = "zsh"

    @classmethod
    def start(cls):
        return Shell(["zsh", "-f", "-i"],
                     [f"fpath=('{FILES}' $fpath)", "autoload -Uz compinit", "compinit -u -d dump", "LISTMAX=100000",
                      "unsetopt always_last_prompt list_types beep prompt_sp prompt_cr zle_bracketed_paste 2>/dev/null",
                      "unset zle_bracketed_paste", "bindkey -e"],
                     "\x04", cls.folder)

    def test_commands_are_explained(self):
        self.shell.type("argyle che\x04\x15echo do''ne\n")
        said = self.shell.until("done\r\n")
        self.shell.until(PROMPT)
        self.assertIn("Checks a configuration", said)

    def test_lists_with_commas(self):
        self.offers("argyle serve --authentication ", "password", "none", "gssapi")
        self.offers("argyle serve --authentication gssapi,n", "none")

    def test_it_can_also_be_sourced(self):
        shell = Shell(["zsh", "-f", "-i"], ["autoload -Uz compinit", "compinit -u -d dump", f"source '{FILES}/_argyle'"], "\x04", self.folder)
        try:
            self.assertIn("check", shell.offers("argyle che"))
        finally:
            shell.close()
