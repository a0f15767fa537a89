"""FTP in active mode through BIND, the case that RFC 1928 made it for: a real server (vsftpd) connects back to the client."""
import ftplib
import io
import os
import pwd
import shutil
import signal
import socket
import subprocess

from harness import RIG, Case
from system import descriptors
from wire import BIND, SUCCEEDED, eventually, random_octets

VSFTPD = shutil.which("vsftpd", path=os.environ.get("PATH", "") + ":/usr/sbin")
SIZE = 5 << 20
CONFIGURATION = """\
background=NO
{listen}=YES
{listen_address}={host}
listen_port={port}
anonymous_enable=YES
anon_root={root}
anon_upload_enable=YES
write_enable=YES
pasv_enable=NO
connect_from_port_20=NO
seccomp_sandbox=NO
isolate_network=NO
no_anon_password=YES
"""


class ActiveFtp(ftplib.FTP):
    """ftplib with its control connection through CONNECT, and every data connection through BIND."""

    def __init__(self, case, host, port, through):
        super().__init__()
        self.case, self.host, self.port, self.through = case, host, port, through
        self.sock = case.tunnel(host, port, address=through).socket
        self.af = socket.AF_INET6 if ":" in host else socket.AF_INET  # what EPRT names
        self.file = self.sock.makefile("r", encoding=self.encoding)
        self.welcome = self.getresp()

    def ntransfercmd(self, cmd, rest=None):
        data = self.case.login(address=self.through).ask(BIND, self.host, 0)
        first = data.expect_reply(SUCCEEDED, "socks5.md, BIND: first reply")
        if ":" in first.host:
            self.sendeprt(first.host, first.port)
        else:
            self.sendport(first.host, first.port)
        if rest is not None:
            self.sendcmd(f"REST {rest}")
        answer = self.sendcmd(cmd)
        if answer[0] != "1":
            raise ftplib.error_reply(answer)
        second = data.expect_reply(SUCCEEDED, "socks5.md, BIND: second reply, the server has connected")
        self.case.assertEqual(self.host, second.host, "socks5.md, BIND: second reply: the connecting peer's address")
        return data.socket, ftplib.parse150(answer) if answer[:3] == "150" else None


class ActiveMode(Case):

    def setUp(self):
        super().setUp()
        if VSFTPD is None or os.geteuid() != 0:
            self.skipTest("needs vsftpd, and root to start it")
        self.root = os.path.join(RIG.directory or "/tmp", f"ftp-{os.getpid()}-{next(RIG.numbers)}")
        incoming = os.path.join(self.root, "incoming")
        os.makedirs(incoming)
        self.addCleanup(shutil.rmtree, self.root, True)
        owner = pwd.getpwnam("ftp")
        os.chown(incoming, owner.pw_uid, owner.pw_gid)
        parent = self.root
        while parent != "/":  # the server leaves root behind
            os.chmod(parent, os.stat(parent).st_mode | 0o555)
            parent = os.path.dirname(parent)
        self.content = random_octets(SIZE, 21)
        with open(os.path.join(self.root, "file"), "wb") as file:
            file.write(self.content)

    def ftp_server(self, host):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as free:
            free.bind((host, 0))
            port = free.getsockname()[1]
        six = ":" in host
        path = os.path.join(self.root, "..", f"vsftpd-{port}.conf")
        with open(path, "w", encoding="ascii") as file:
            file.write(CONFIGURATION.format(
                listen="listen_ipv6" if six else "listen", listen_address="listen_address6" if six else "listen_address",
                host=host, port=port, root=self.root))
        process = subprocess.Popen([VSFTPD, path], stdin=subprocess.DEVNULL, start_new_session=True)

        def stop():
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()
        self.addCleanup(stop)
        eventually(lambda: self.connects((host, port)), "the FTP server listens")
        return port

    def transfer(self, host, through):
        ftp = ActiveFtp(self, host, self.ftp_server(self.own(host)), through)
        ftp.login()
        got = io.BytesIO()
        self.assertTrue(ftp.retrbinary("RETR file", got.write).startswith("226"))
        self.assertTrue(got.getvalue() == self.content, "the file arrives as it is")
        part = io.BytesIO()
        ftp.retrbinary("RETR file", part.write, rest=SIZE - 1000)
        self.assertTrue(part.getvalue() == self.content[-1000:], "the end of the file arrives as it is")
        self.assertIn("file", ftp.nlst())
        ftp.storbinary("STOR incoming/copy", io.BytesIO(self.content))
        with open(os.path.join(self.root, "incoming", "copy"), "rb") as file:
            self.assertTrue(file.read() == self.content, "what is sent arrives as it is")
        ftp.quit()
        ftp.close()

    def test_ipv4(self):
        self.login().ask(BIND, "127.0.0.1", 0).expect_reply(SUCCEEDED, "what is opened once, is open now")
        before = descriptors(self.server.endpoints["pid"]).get("socket", 0)
        self.transfer("127.0.0.1", self.server.socks)
        eventually(lambda: descriptors(self.server.endpoints["pid"]).get("socket", 0) <= before, "no socket is left over")

    def test_ipv6_server_and_client(self):
        self.transfer("::1", self.server.socks_over("::1"))

    def test_ipv6_server_and_ipv4_client(self):
        self.transfer("::1", self.server.socks_over("127.0.0.1"))
