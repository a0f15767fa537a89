"""BIND: whom the rules let in, and that every way to end leaves nothing behind."""
import socket
import time

from harness import Case
from system import descriptors, limited_server
from wire import (
    BIND, GENERAL_FAILURE, HOST_UNREACHABLE, NETWORK_UNREACHABLE, NOT_ALLOWED, PASSWORD, SUCCEEDED, TTL_EXPIRED, ZEROS, Account,
    Wire, credentials, eventually, greeting,
)

ANA = Account(b"ana", b"ana-password")
ARGUMENTS = ["-u", "ana:ana-password"]


class BindCase(Case):

    def use(self, server):
        server.account = ANA
        self.server = server

    def bind(self, host="127.0.0.1", port=0, address=None):
        client = self.login(address=address).ask(BIND, host, port)
        first = client.expect_reply(SUCCEEDED, "socks5.md, BIND: first reply")
        return client, (first.host, first.port)

    def arrive(self, rendezvous, source=None):
        return self.closing(Wire.to(rendezvous, self.own(source) if source else None, label="peer"))

    def second(self, client, peer):
        reply = client.expect_reply(SUCCEEDED, "socks5.md, BIND: second reply")
        self.assertEqual(peer.here, (reply.host, reply.port))

    def refused(self, code, host, port=0):
        self.login().ask(BIND, host, port).expect_reply(code, "socks5.md, table of REP")


class Rules(BindCase):
    """The rules decide about the expected peer, and about the one that comes with the port that it comes from."""

    def rules(self, *rules):
        self.use(self.own_server({"rules": list(rules)}, ARGUMENTS))

    def test_a_port_decides_when_the_peer_comes(self):
        low = self.listener()  # a port that nobody else comes from
        low.close()
        self.rules({"allow": False, "commands": ["bind"], "ports": [low.port]}, {"allow": True, "to": ["127.0.0.0/8"]})
        client, rendezvous = self.bind()
        stranger = self.from_port(rendezvous, low.port)
        stranger.expect_closed("rules.md: a rule with ports matches the port that the peer comes from")
        client.expect_silence("the wait goes on")
        self.second(client, self.arrive(rendezvous))

    def from_port(self, rendezvous, port):
        fresh = socket.socket()
        fresh.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        fresh.bind(("127.0.0.1", port))
        fresh.connect(rendezvous)
        return self.closing(Wire(fresh, label="stranger"))

    def test_anybody_is_judged_when_he_comes(self):
        self.rules({"allow": False, "to": ["127.0.0.2/32"]}, {"allow": True, "to": ["127.0.0.0/8"]})
        client, rendezvous = self.bind(ZEROS)
        self.arrive(rendezvous, "127.0.0.2").expect_closed("a peer that the rules deny")
        client.expect_silence("the wait goes on")
        self.second(client, self.arrive(rendezvous, "127.0.0.3"))

    def test_a_rule_about_bind_alone(self):
        self.rules({"allow": False, "commands": ["bind"]}, {"allow": True, "to": ["127.0.0.0/8"]})
        self.refused(NOT_ALLOWED, "127.0.0.1")
        self.tunnel("127.0.0.1", self.echo().port)
        client, rendezvous = self.bind(ZEROS)
        self.arrive(rendezvous).expect_closed("a peer that the rules deny")

    def test_the_rule_names_the_address_to_listen_at(self):
        self.own("127.0.0.9")
        self.rules({"allow": True, "to": ["127.0.0.0/8"], "source": "127.0.0.9"})
        client, rendezvous = self.bind()
        self.assertEqual("127.0.0.9", rendezvous[0])
        self.second(client, self.arrive(rendezvous))

    def test_mapped_addresses_are_what_they_stand_for(self):
        self.refused(NOT_ALLOWED, "::ffff:169.254.1.1")
        client, rendezvous = self.bind("::ffff:127.0.0.1")
        self.assertEqual("127.0.0.1", rendezvous[0])
        self.second(client, self.arrive(rendezvous))

    def test_a_name_that_does_not_resolve(self):
        self.refused(HOST_UNREACHABLE, b"no-such-name.invalid.")

    def test_an_address_without_a_route(self):
        self.use(self.own_server({"rules": [{"allow": True, "to": ["0.0.0.0/0", "::/0"]}]}, ARGUMENTS))
        self.login().ask(BIND, "255.255.255.255", 0).expect_reply(
            (GENERAL_FAILURE, NETWORK_UNREACHABLE, HOST_UNREACHABLE), "socks5.md, table of REP")


class Ends(BindCase):

    def test_no_descriptor_is_left_over(self):
        self.use(self.own_server({"socks": {"bind-timeout": "1s"}}, ARGUMENTS))
        self.tunnel("127.0.0.1", self.echo().port).close()
        self.second(*self.done())  # what is opened once, is open now
        pid = self.server.endpoints["pid"]
        eventually(lambda: self.settled(pid), "the number of descriptors settles")
        before = descriptors(pid)
        ways = [self.ends_in_order, self.leaves_while_waiting, self.resets_while_waiting, self.nobody_comes, self.stranger_comes,
                self.peer_resets, self.leaves_as_the_peer_comes, self.is_denied]
        for way in ways * 3:
            way()
            self.leaves_at_once()  # maybe before its request is read: then there is no line
        eventually(lambda: descriptors(pid).get("socket", 0) <= before.get("socket", 0), f"every socket is closed; before: {before}")
        # Whoever leaves at once may have a line or not, so the number of lines does not tell when all are written.
        eventually(lambda: len(self.bind_lines()) >= 1 + 3 * len(ways), "a line a request in the access log")
        eventually(lambda: self.timeouts() >= 6, "the timeouts are logged with the second reply's code")
        self.assertEqual(6, self.timeouts(), "each once")

    def timeouts(self):
        return sum(line[7] == "6" for line in self.bind_lines())

    def bind_lines(self):
        return [line for line in self.log_lines() if line[8] == "bind"]

    def done(self):
        client, rendezvous = self.bind()
        return client, self.arrive(rendezvous)

    def ends_in_order(self):
        client, peer = self.done()
        self.second(client, peer)
        client.shutdown()
        peer.expect_end("the end is passed on")
        peer.close()
        client.expect_end("the end is passed on")

    def leaves_while_waiting(self):
        client, rendezvous = self.bind()
        client.close()
        eventually(lambda: not self.connects(rendezvous), "the listener is gone")

    def resets_while_waiting(self):
        client, rendezvous = self.bind()
        client.send(b"payload that waits")
        client.reset()
        eventually(lambda: not self.connects(rendezvous), "the listener is gone")

    def nobody_comes(self):
        client, _ = self.bind()
        client.expect_reply(TTL_EXPIRED, "socks5.md, BIND: on timeout")
        client.close()

    def stranger_comes(self):
        client, rendezvous = self.bind("127.0.0.2")
        self.arrive(rendezvous, "127.0.0.3").expect_closed("a wrong peer is refused")
        client.expect_reply(TTL_EXPIRED, "socks5.md, BIND: on timeout")
        client.close()

    def peer_resets(self):
        client, peer = self.done()
        self.second(client, peer)
        peer.reset()
        client.expect_reset("a reset is passed on")

    def leaves_as_the_peer_comes(self):
        client, rendezvous = self.bind()
        peer = self.arrive(rendezvous)
        client.reset()
        peer.expect_closed("the client is gone")

    def is_denied(self):
        client = self.login().ask(BIND, "169.254.1.1", 0)
        client.expect_reply(NOT_ALLOWED, "link-local is denied")
        client.close()

    def leaves_at_once(self):
        self.login().ask(BIND, "127.0.0.1", 0).reset()

    @staticmethod
    def settled(pid):
        first = descriptors(pid)
        time.sleep(0.3)
        return first == descriptors(pid)

    def test_a_shortage_of_descriptors_is_a_general_failure(self):
        # One source may have a third of the descriptors by default.
        socks = {"handshake-timeout": "60s", "max-connections-per-source": 1000}
        self.use(limited_server(self, "ulimit -n 200", {"socks": socks}, ARGUMENTS))
        self.bind()[0].close()  # what is opened once, is open now
        idle = []
        pid = self.server.endpoints["pid"]
        for _ in range(300):
            if client := self.greeted():
                idle.append(client)
            elif sum(descriptors(pid).values()) >= 199:  # else the machine was too busy to answer
                break
        codes = []
        for client in idle[:20]:
            client.close()  # one descriptor is free, and goes to the next client
            client = eventually(self.greeted, "a client is accepted", 60, 0.2)
            client.send(credentials(*ANA)).expect("01 00", "socks5.md, RFC 1929: reply X'01 00' on success")
            codes.append(client.ask(BIND, "127.0.0.1", 0).reply("socks5.md, table of REP").code)
            client.close()
        self.assertIn(GENERAL_FAILURE, codes, "no descriptor for the listener")
        for client in idle:
            client.close()
        eventually(lambda: self.greeted(), "it recovers")
        self.second(*self.done())

    def greeted(self):
        """A client whose greeting is answered; None if it is not."""
        client = self.client().send(greeting(PASSWORD))
        if client.read_some(2, 2)[1] == b"\x05\x02":
            return client
        client.close()
        return None
