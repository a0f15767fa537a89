"""SIGKILL in the middle of user changes through every door: what was acknowledged is there, and nothing else but what was under way."""
import os
import random
import threading
import time

from harness import RIG, Case
from management import Mass
from wire import Account, Mismatch, counted

ONCE = True  # it has nothing to do with the data plane

ROUNDS = 50
SEED = int(os.environ.get("ARGYLE_SEED") or random.SystemRandom().randrange(1 << 32))


class Changes:
    """A thread that changes users of its own through one door, until the server is gone."""

    def __init__(self, door, test, seed):
        self.door, self.test, self.random = door, test, random.Random(seed)
        self.users = {}       # name: password, all acknowledged
        self.pending = None   # what was asked for and not answered: (what users were, what they would be)
        self.number = 0
        self.count = 0
        self.complaint = None

    def start(self):
        self.connection = None
        self.killed = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        try:
            while not self.killed.is_set():
                self.step()
        except (Mismatch, OSError) as problem:
            if not self.killed.wait(2):
                self.complaint = f"{self.door}: {problem}"
        finally:
            if self.connection:
                self.connection.close()

    def step(self):
        action = self.random.choice(self.ACTIONS) if self.users else "add"
        if len(self.users) > 8:
            action = "remove"
        after = dict(self.users)
        self.number += 1
        name, password = f"{self.door}-{self.number}".encode(), b"some-Password-%d" % self.number
        if action == "add":
            after[name] = password
            arguments = (name, password)
        else:
            old = self.random.choice(sorted(self.users))
            if action == "remove":
                del after[old]
                arguments = (old,)
            elif action == "rename":
                after[name] = after.pop(old)
                arguments = (old, name)
            else:
                after[old] = password
                arguments = (old, password)
        self.pending = after
        code = self.ask(action, b"".join(counted(argument) for argument in arguments))
        if code is None:
            raise OSError("no answer")
        if code:
            raise Mismatch(f"{action} {arguments}: code {code:02X}")
        self.users, self.pending = after, None
        self.count += 1

    def settle(self, there, admits, looks):
        """Takes over what the server says; returns what is wrong with it. `looks`: whether a user's password is tried as well."""
        mine = {name for name in there if name.startswith(self.door.encode() + b"-")}
        choices = [self.users] + ([self.pending] if self.pending is not None else [])
        fitting = [users for users in choices if set(users) == mine]
        if not fitting:
            return f"{self.door}: {sorted(mine)} are there, not one of {[sorted(users) for users in choices]}"
        # A changed password shows by logging in: with exactly one of the two.
        if len(fitting) == 2:
            name = next(name for name in mine if self.users[name] != self.pending[name]) if self.users != self.pending else None
            right = [users for users in fitting if name is None or admits(Account(name, users[name]))]
            if len(right) != 1:
                return f"{self.door}: {len(right)} of two passwords of {name} are right"
            fitting = right
        fresh = sorted(name for name in fitting[0] if self.pending is not None and self.users.get(name) != fitting[0][name])
        latest = fresh[:1] or sorted(fitting[0])[-1:]
        for name in latest:
            if (looks or fresh) and not admits(Account(name, fitting[0][name])):
                return f"{self.door}: {name} is there, but not with the password"
        self.users, self.pending = dict(fitting[0]), None
        return None


class MassChanges(Changes):
    ACTIONS = ("add", "remove")

    def ask(self, action, parameters):
        server = self.test.server
        return Mass(server.address("mass"), server.admin).ask({"add": 0x0A, "remove": 0x0B}[action], parameters)[0]


class FeedChanges(Changes):
    ACTIONS = ("add", "remove")

    def ask(self, action, parameters):
        if self.connection is None:
            self.connection = self.test.server.feed().authenticate(self.test.server.admin)
        return self.connection.modify({"add": 0x00, "remove": 0x01}[action], parameters)


class BottlerChanges(Changes):
    ACTIONS = ("add", "remove", "rename", "password")
    COMMANDS = {"rename": 0x08, "password": 0x09, "add": 0x0A, "remove": 0x0B}

    def ask(self, action, parameters):
        if self.connection is None:
            self.connection = self.test.server.bottler()
        self.connection.send(self.connection.request(self.COMMANDS[action], parameters))
        while True:
            response = self.connection.receive(0.05)
            if response:
                return response[1]
            if self.killed.is_set():
                return None


class Kill(Case):

    def setUp(self):
        if RIG.fixed:
            self.skipTest("kills the server: use --serve")
        self.server = self.own_server()

    @staticmethod
    def await_changes(doors):
        """Waits until each of them has been told of a change at least."""
        before, deadline = [door.count for door in doors], time.monotonic() + 60
        while any(door.count == count for door, count in zip(doors, before)) and time.monotonic() < deadline:
            time.sleep(0.01)

    def test_fifty_times(self):
        print(f"       seed {SEED} (ARGYLE_SEED={SEED} does the same again)")
        chance = random.Random(SEED)
        doors = [of(name, self, chance.random()) for name, of in (("mass", MassChanges), ("feed", FeedChanges), ("bottler", BottlerChanges))]
        begin, rounds, under_way = time.monotonic(), 0, 0
        admin = self.server.admin
        while rounds < ROUNDS:
            for door in doors:
                door.start()
            if chance.random() < 0.7:  # else the kill comes early
                self.await_changes(doors)
            time.sleep(chance.uniform(0, 0.15))
            for door in doors:
                door.killed.set()  # from here on a failure is what must be
            self.server.kill()
            for door in doors:
                door.thread.join(10)
                self.assertIsNone(door.complaint, f"seed {SEED}, round {rounds}")
            under_way += sum(door.pending is not None for door in doors)
            self.server.start()
            self.assertEqual(admin, self.server.admin)
            there = self.feed().users()
            self.assertEqual(sorted(set(there)), there)
            for number, door in enumerate(doors):
                complaint = door.settle(there, self.admits, looks=rounds % len(doors) == number)
                self.assertIsNone(complaint, f"seed {SEED}, round {rounds}")
            others = [name for name in there if name not in {admin.name}.union(*(door.users for door in doors))]
            self.assertEqual([], others, f"seed {SEED}, round {rounds}: nobody asked for them")
            rounds += 1
        done = {door.door: door.count for door in doors}
        print(f"       {rounds} times killed, {done} changes acknowledged, {under_way} under way; {time.monotonic() - begin:.0f} s")
        self.assertTrue(all(count > rounds / 2 for count in done.values()), f"there were changes: {done}")
