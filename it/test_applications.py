"""Programs of docs/clients.md that would use the network beside what they are told, or that refuse loopback: in a network of the test's own."""
import os
import shutil
import subprocess
import tempfile

from harness import RIG
from programs import CONTENT, PATIENCE, Handler, Programs
from system import own_network
from wire import eventually

ONCE = True  # what the programs are has nothing to do with the kind of sockets


class Applications(Programs):
    """Browsers, Go, requests, torsocks, and ssh as a whole."""

    def setUp(self):
        own_network(self)
        super().setUp()
        Handler.agents.clear()

    def start_website(self, host="198.51.100.1"):
        super().start_website(host)

    @property
    def url(self):
        """By its address: Go and torsocks do not take localhost to a proxy."""
        return f"http://198.51.100.1:{self.port}/page"

    def visits(self, agent, *command, home):
        """A browser that opens the page, and is ended then: it would go on for its own sake."""
        browser = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True, env={**os.environ, "HOME": home})
        try:
            eventually(lambda: any(agent in said for said in Handler.agents), f"{agent} has read the page", PATIENCE)
        finally:
            os.killpg(browser.pid, 9)
            browser.wait()
        self.logged("-")

    def browser_home(self):
        home = tempfile.mkdtemp(dir=RIG.directory)
        self.addCleanup(shutil.rmtree, home, ignore_errors=True)  # programs that have been ended may still write
        return home

    def test_chromium(self):
        self.need("chromium")
        home = self.browser_home()
        self.visits("Chrome", "chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={home}", f"--proxy-server=socks5://{self.proxy}", self.url, home=home)

    def test_firefox(self):
        self.need("firefox-esr")
        home = self.browser_home()
        host, port = self.server.socks
        with open(os.path.join(home, "user.js"), "w", encoding="ascii") as file:
            for name, value in (("type", 1), ("socks", f'"{host}"'), ("socks_port", port), ("socks_version", 5), ("socks_remote_dns", "true")):
                file.write(f'user_pref("network.proxy.{name}", {value});\n')
        self.visits("Firefox", "firefox-esr", "--headless", "--no-remote", "--profile", home, self.url, home=home)

    def test_go(self):
        self.need("go")
        folder = self.browser_home()
        program = os.path.join(folder, "get.go")
        with open(program, "w", encoding="ascii") as file:
            file.write("""package main

import (
	"io"
	"net/http"
	"os"
)

func main() {
	answer, err := http.Get(os.Args[1])
	if err != nil {
		panic(err)
	}
	io.Copy(os.Stdout, answer.Body)
}
""")
        environment = {"HOME": folder, "GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "local", "NO_PROXY": ""}
        self.run_client("go", "run", program, self.url, environment={**environment, "HTTP_PROXY": f"socks5://{self.proxy}"})
        self.with_account()
        self.run_client("go", "run", program, self.url, environment={**environment, "HTTP_PROXY": f"socks5://ana:ana-Password-1@{self.proxy}"})
        self.logged("-")
        self.logged("ana")

    def test_requests(self):
        """Python's requests, which goes by PySocks."""
        if subprocess.run(["/usr/bin/python3", "-c", "import requests, socks"], stderr=subprocess.DEVNULL, timeout=PATIENCE, check=False).returncode:
            self.skipTest("python3-requests or python3-socks is not installed")
        program = "import requests, sys; print(requests.get(sys.argv[1], proxies={'http': sys.argv[2]}).text, end='')"
        self.run_client("/usr/bin/python3", "-c", program, self.url, f"socks5h://{self.proxy}")
        self.with_account()
        self.run_client("/usr/bin/python3", "-c", program, self.url, f"socks5h://ana:ana-Password-1@{self.proxy}")
        self.logged("-")
        self.logged("ana")

    def test_torsocks(self):
        self.need("torsocks", "curl")
        host, port = self.server.socks
        self.run_client("torsocks", "-a", host, "-P", str(port), "curl", "-sS", self.url)
        self.with_account()
        self.run_client("torsocks", "-a", host, "-P", str(port), "-u", "ana", "-p", "ana-Password-1", "curl", "-sS", self.url)
        self.logged("-")
        self.logged("ana")

    def test_ssh_and_scp(self):
        """Whole, by each of the programs that they may have as ProxyCommand."""
        self.need("ssh", "scp", "nc.openbsd", "ncat", "connect-proxy")
        folder, port = self.ssh_server()
        self.with_account()
        ways = [
            f"nc.openbsd -X 5 -x {self.proxy} %h %p",
            f"ncat --proxy-type socks5 --proxy {self.proxy} --proxy-auth ana:ana-Password-1 %h %p",
            f"connect-proxy -5 -S ana@{self.proxy} %h %p",
        ]
        there = os.path.join(folder, "copied")
        for way in ways:
            with self.subTest(way):
                options = ["-F", "none", "-i", os.path.join(folder, "client"), "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
                           "-o", f"ProxyCommand={way}"]
                environment = {"SOCKS5_PASSWORD": "ana-Password-1"}
                self.run_client("ssh", *options, "-p", str(port), "root@127.0.0.1", "echo it is reached", environment=environment, said=b"it is reached\n")
                self.run_client("scp", *options, "-P", str(port), os.path.join(folder, "client.pub"), f"root@127.0.0.1:{there}", environment=environment, said=b"")
                with open(there, "rb") as file, open(os.path.join(folder, "client.pub"), "rb") as original:
                    self.assertEqual(original.read(), file.read())
                os.unlink(there)
