"""Mail, FTP and web servers of Debian's, in clear text, each with one account: ana, her-Secret-1."""
import os
import shutil
import socket
import subprocess
import tempfile
import time

NAME, PASSWORD = "ana", "her-Secret-1"
DEBIAN_PYTHON = "/usr/bin/python3"
PATIENCE = 60

DOVECOT = """
base_dir = {directory}/run
state_dir = {directory}/state
protocols = pop3 imap
listen = 127.0.0.1
log_path = {directory}/log
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login apop
auth_failure_delay = 0
mail_location = maildir:{directory}/mail
first_valid_uid = 1
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {directory}/users
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={directory}/mail
}}
service pop3-login {{
  inet_listener pop3 {{
    port = {pop3}
  }}
  inet_listener pop3s {{
    port = 0
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
"""

FTP = """
import sys
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler
from pyftpdlib.servers import FTPServer
authorizer = DummyAuthorizer()
authorizer.add_user(sys.argv[2], sys.argv[3], ".")
FTPHandler.authorizer = authorizer
FTPHandler.auth_failed_timeout = 0
FTPServer(("127.0.0.1", int(sys.argv[1])), FTPHandler).serve_forever()
"""

SMTP = """
import sys, time
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
class Sink:
    async def handle_DATA(self, server, session, envelope):
        return "250 taken"
def judge(server, session, envelope, mechanism, data):
    return AuthResult(success=(data.login, data.password) == (sys.argv[2].encode(), sys.argv[3].encode()), handled=False)
class Own(Controller):
    def factory(self):
        return SMTP(self.handler, authenticator=judge, auth_require_tls=False)
Own(Sink(), hostname="127.0.0.1", port=int(sys.argv[1])).start()
time.sleep(3600)
"""

NGINX = """
daemon off;
pid {directory}/pid;
error_log {directory}/log;
events {{ }}
http {{
  access_log off;
  client_body_temp_path {directory}/a; proxy_temp_path {directory}/b; fastcgi_temp_path {directory}/c;
  uwsgi_temp_path {directory}/d; scgi_temp_path {directory}/e;
  server {{
    listen 127.0.0.1:{http};
    root {directory}/web;
    location /private {{ auth_basic private; auth_basic_user_file {directory}/users; }}
  }}
}}
"""


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class ClearTextServers:
    """Those that are installed are started when they are asked for; `close` ends them."""

    def __init__(self):
        self.directory = None
        self.processes = []
        self.ports = {}

    def port(self, protocol):
        """Where a protocol is spoken; None if its server is not installed."""
        if self.directory is None:
            self.directory = tempfile.mkdtemp(prefix="argyle-it-")
            os.chmod(self.directory, 0o755)  # the mail server's users have to get in
        if protocol not in self.ports:
            {"pop3": self._dovecot, "imap": self._dovecot, "ftp": self._ftp, "smtp": self._smtp, "http": self._nginx}[protocol]()
        return self.ports.get(protocol)

    def _folder(self, *names):
        path = os.path.join(self.directory, *names)
        os.makedirs(path, exist_ok=True)
        return path

    def _write(self, text, *names):
        with open(os.path.join(self.directory, *names), "w", encoding="ascii") as file:
            file.write(text)
        return file.name

    def _start(self, command, **ports):
        process = subprocess.Popen(command, cwd=self.directory, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.processes.append(process)
        end = time.monotonic() + PATIENCE
        for port in ports.values():
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except OSError:
                    if time.monotonic() > end or process.poll() is not None:
                        raise RuntimeError(f"{command[0]} does not listen on port {port}") from None
                    time.sleep(0.05)
        self.ports.update(ports)

    def _dovecot(self):
        program = shutil.which("dovecot", path="/usr/sbin:/usr/bin")
        if not program or os.geteuid() != 0 or not os.path.exists("/usr/lib/dovecot/pop3"):
            return
        directory = self._folder("dovecot")
        shutil.chown(self._folder("dovecot", "mail"), "nobody", "nogroup")
        self._write(f"{NAME}:{PASSWORD}\n", "dovecot", "users")
        ports = {"pop3": free_port(), "imap": free_port()}
        configuration = self._write(DOVECOT.format(directory=directory, **ports), "dovecot", "dovecot.conf")
        self._start([program, "-F", "-c", configuration], **ports)

    def _ftp(self):
        self._debian_python("pyftpdlib", FTP, "ftp")

    def _smtp(self):
        self._debian_python("aiosmtpd", SMTP, "smtp")

    def _debian_python(self, module, program, protocol):
        if subprocess.run([DEBIAN_PYTHON, "-c", f"import {module}"], capture_output=True, check=False).returncode == 0:
            port = free_port()
            self._start([DEBIAN_PYTHON, "-c", program, str(port), NAME, PASSWORD], **{protocol: port})

    def _nginx(self):
        program = shutil.which("nginx", path="/usr/sbin:/usr/bin")
        if not program:
            return
        directory = self._folder("nginx")
        os.makedirs(os.path.join(directory, "web", "private"), exist_ok=True)
        self._write("public\n", "nginx", "web", "index.html")
        self._write("private\n", "nginx", "web", "private", "index.html")
        self._write(f"{NAME}:{{PLAIN}}{PASSWORD}\n", "nginx", "users")
        port = free_port()
        configuration = self._write(NGINX.format(directory=directory, http=port), "nginx", "nginx.conf")
        self._start([program, "-p", directory, "-c", configuration], http=port)

    def close(self):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
        if self.directory:
            shutil.rmtree(self.directory, ignore_errors=True)
