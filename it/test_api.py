"""What a script reads over the HTTP API of a whole server: whether it is ready, which rules decide, and how full it is."""
import http.client
import os
import resource
import signal
import socket
import threading

from harness import RIG, Case
from management_http import Api
from system import limited_server
from wire import CONNECT, NOT_ALLOWED, SUCCEEDED, Account, eventually, request

ANA, BOB = Account(b"ana", b"ana-password"), Account(b"bob", b"bob-password")
AS_BOTH = ["-u", "ana:ana-password", "-u", "bob:bob-password"]


class ApiCase(Case):

    def setUp(self):
        if RIG.fixed:
            self.skipTest("starts the server itself: use --serve")

    def use(self, server):
        self.server = server
        self.api = Api(server)

    def tearDown(self):
        if hasattr(self, "server") and self.server.process.returncode is None:
            self.server.check()

    def health(self, path):
        """The status of a page that is open to all."""
        connection = http.client.HTTPConnection(*self.server.address("http"), timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        finally:
            connection.close()

    def gauges(self):
        """{series: value} of a new scrape."""
        status, text = self.api.exchange("GET", "/metrics")
        self.assertEqual(200, status)
        lines = [line.rpartition(" ") for line in text.decode().splitlines() if line and not line.startswith("#")]
        return {name: float(value) for name, _, value in lines}


class Ready(ApiCase):
    """Load balancers send nobody to a server that drains."""

    def setUp(self):
        super().setUp()
        if RIG.relay == "buffer":
            self.skipTest("has nothing to do with the data plane: the other run does it")

    def test_a_server_that_drains_is_not_ready_until_it_is_started_again(self):
        self.use(self.own_server(arguments=AS_BOTH))
        echo = self.echo()
        client = self.tunnel(echo.host, echo.port, ANA)
        self.assertEqual((200, 200), (self.health("/livez"), self.health("/readyz")))
        self.assertEqual(200, self.api.send("POST", "/server/drain", {})[0])
        self.assertEqual((200, 503), (self.health("/livez"), self.health("/readyz")))
        status = self.api.get("/status")
        self.assertEqual((False, True), (status["running"], status["draining"]))
        client.send(b"goes on").expect(b"goes on", "who was in goes on")
        self.assertEqual(200, self.api.send("POST", "/server/start", {})[0])
        self.assertEqual(200, self.health("/readyz"))
        client.send(b"still").expect(b"still", "and is not disturbed by the start")

    def test_a_server_that_ends_is_not_ready_while_it_waits_for_its_tunnels(self):
        self.use(self.own_server({"socks": {"drain-time": "30s"}}, AS_BOTH))
        echo = self.echo()
        client = self.tunnel(echo.host, echo.port, ANA)
        self.assertEqual(200, self.health("/readyz"))
        os.kill(self.server.endpoints["pid"], signal.SIGTERM)
        eventually(lambda: self.health("/readyz") == 503, "it is told to whoever asks", 10)
        self.assertEqual(200, self.health("/livez"))
        client.send(b"goes on").expect(b"goes on", "who was in goes on")
        client.close()
        self.assertEqual(0, self.server.process.wait(30), "the last tunnel has ended, and so does the server")


class Rules(ApiCase):

    def setUp(self):
        super().setUp()
        if RIG.relay == "buffer":
            self.skipTest("has nothing to do with the data plane: the other run does it")

    def test_the_hits_of_a_rule_are_the_requests_that_it_decided(self):
        self.use(self.own_server({"rules": [{"allow": False, "to": ["127.0.0.2"]}, {"allow": True, "to": ["127.0.0.0/8"], "users": ["ana"]},
                                            {"allow": False, "to": ["203.0.113.0/24"]}]}, AS_BOTH))
        self.assertEqual([0, 0, 0], self.hits())
        echo = self.echo()
        for _ in range(2):
            self.tunnel(echo.host, echo.port, ANA)
        self.login(ANA).ask(CONNECT, "127.0.0.2", echo.port).expect_reply(NOT_ALLOWED, "rule 1 denies it")
        self.assertEqual([1, 2, 0], self.hits())
        self.assertEqual([1, 2, 0], self.hits("hitsDay"))
        connections = list(self.api.pages("/connections", rule=2))
        self.assertEqual([2, 2], [one["ruleNumber"] for one in connections], "and the connections name the rule")

    def hits(self, field="hits"):
        rules = [rule for rule in self.api.pages("/rules") if not rule["isDefault"]]
        self.assertEqual([1, 2, 3], [rule["number"] for rule in rules])
        return [rule[field] for rule in rules]


class Persons(ApiCase):

    def setUp(self):
        super().setUp()
        if RIG.relay == "buffer":
            self.skipTest("has nothing to do with the data plane: the other run does it")

    def test_from_a_sighup_on_the_history_tells_no_persons_and_the_usage_does(self):
        self.use(self.own_server(arguments=AS_BOTH))
        echo = self.echo()
        self.assertEqual(("ana", "127.0.0.1"), self.person_of_one_more(echo))
        self.server.configuration["history"] = {"addresses": False}
        self.server.write_configuration()
        os.kill(self.server.endpoints["pid"], signal.SIGHUP)
        eventually(lambda: self.person_of_one_more(echo) == (None, None), "history.md: neither the user nor the client's address", 20)
        ended = list(self.api.pages("/history"))
        self.assertEqual(("ana", "127.0.0.1"), (ended[-1]["user"], ended[-1]["client"]), "what was written before stays")
        self.assertEqual({echo.port}, {one["destinationPort"] for one in ended}, "destinations stay")
        eventually(lambda: sum(day["connections"] for day in self.api.pages("/usage", user="ana")) == len(ended),
                   "history.md: the usage is kept by account name all the same", 20)

    def person_of_one_more(self, echo):
        """What the history tells of one more connection of ana: (user, client)."""
        before = len(list(self.api.pages("/history")))
        self.tunnel(echo.host, echo.port, ANA).close()
        eventually(lambda: len(list(self.api.pages("/history"))) == before + 1, "it is in the history", 20)
        newest = self.api.get("/history", limit=1)["items"][0]
        return newest["user"], newest["client"]


class Gauges(ApiCase):
    """What a scrape tells of a server is what the server has."""

    def test_descriptors_are_those_of_the_process_and_their_limit_is_its_own(self):
        self.use(limited_server(self, "ulimit -n 4321", arguments=AS_BOTH))
        pid = self.server.endpoints["pid"]
        gauges = self.gauges()
        self.assertEqual(resource.prlimit(pid, resource.RLIMIT_NOFILE)[0], gauges["argyle_descriptors_limit"])
        self.assertEqual(4321, gauges["argyle_descriptors_limit"])
        before = gauges["argyle_descriptors_open"]
        for _ in range(50):
            self.client().send(b"\x05")
        eventually(lambda: self.gauges()["argyle_connections_open"] == 50, "they are in", 10)
        self.assertGreaterEqual(self.gauges()["argyle_descriptors_open"], before + 40, "others may have closed some meanwhile")

    def test_names_that_nobody_answers_are_told_with_who_asked(self):
        silent = self.closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        silent.bind(("127.0.0.1", 0))
        self.use(self.own_server({"dns": {"servers": [f"127.0.0.1:{silent.getsockname()[1]}"], "max-questions": 64, "timeout": "30s"},
                                  "socks": {"connect-timeout": "60s"}}, AS_BOTH))
        self.assertEqual(64, self.gauges()["argyle_dns_questions_limit"])
        self.assertEqual((0, 0, 0, 0), self.names())
        clients = [self.login(ANA).send(request(CONNECT, f"dead-{number}.example", 80)) for number in range(60)]
        eventually(lambda: self.names()[0] == 120, "two questions of each name, one for each family", 20)
        _, under_way, waiting, askers = self.names()
        self.assertEqual((120, 1), (under_way + waiting, askers))
        self.assertTrue(0 < under_way < 64, f"ana has her share, and leaves some: {under_way}")
        clients.append(self.login(BOB).send(request(CONNECT, "dead.example", 80)))
        eventually(lambda: self.names() == (122, under_way + 2, waiting, 2), "bob has turns at once", 20)
        for client in clients:
            client.close()
        eventually(lambda: self.names() == (0, 0, 0, 0), "nobody waits for them any more", 20)

    def names(self):
        gauges = self.gauges()
        return tuple(int(gauges[f"argyle_dns_{name}"]) for name in ("questions_open", "questions_under_way", "questions_waiting", "askers"))

    def test_hashes_that_wait_for_a_thread_are_told(self):
        self.use(self.own_server())
        self.assertGreaterEqual(self.gauges()["argyle_hashes_limit"], 1)
        self.assertEqual(0, self.gauges()["argyle_hashes_waiting"])
        seen = threading.Event()

        def add_users(first):
            api, number = Api(self.server), first
            while not seen.is_set() and number < first + 500:
                api.send("POST", "/users", {"name": f"user{number}", "password": "x"})
                number += 1

        adding = [threading.Thread(target=add_users, args=(first * 1000,)) for first in range(20)]
        for thread in adding:
            thread.start()
        try:
            eventually(lambda: self.gauges()["argyle_hashes_waiting"] > 0, "20 at a time are more than there are processors", 30)
        finally:
            seen.set()
            for thread in adding:
                thread.join(60)
        eventually(lambda: self.gauges()["argyle_hashes_waiting"] == 0, "all are hashed", 10)

    def test_what_a_tunnel_holds_for_a_reader_that_does_not_read_is_told(self):
        self.use(self.own_server(arguments=AS_BOTH))
        place = 'place="heap"' if RIG.relay == "buffer" else 'place="pipes"'
        held, limit = f"argyle_held_bytes{{{place}}}", f"argyle_held_limit_bytes{{{place}}}"
        self.assertEqual(0, self.gauges()[held])
        target = self.listener()
        client = self.tunnel(target.host, target.port, ANA)
        there = self.closing(target.accept())
        client.send_meanwhile(bytes(32 << 20))
        eventually(lambda: self.gauges()[held] > 0, "what the target does not read waits here", 20)
        self.assertLess(self.gauges()[held], self.gauges()[limit])
        client.reset()
        there.close()
        eventually(lambda: self.gauges()["argyle_connections_open"] == 0 and self.gauges()[held] == 0, "nothing is held any more", 20)
