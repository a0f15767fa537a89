"""A thousand tunnels at once, and nothing left over."""
import asyncio
import hashlib
import itertools
import os
import random
import resource
import struct
import time

from harness import Case
from system import FIRST_USE_FILES, descriptors
from wire import CONNECT, Account, eventually, opening, opening_answer, request

TUNNELS = 1000
AT_A_TIME = 100     # that are being opened
PATIENCE = 90
LARGEST = 1 << 20
POOLED_PIPES = 64   # that an event loop may keep for the next tunnel (relay.PipePool); two descriptors each
HEADER = struct.Struct(">IIIB")
CLIENT_FIRST, TARGET_FIRST, TOGETHER, CLIENT_ONLY, TARGET_ONLY = range(5)


class Plan:
    """What one tunnel carries: sizes of both ways, who ends first, and content made from the number."""

    def __init__(self, number, seed):
        chance = random.Random(seed * 1_000_003 + number)
        self.number = number
        self.ends = chance.choice((CLIENT_FIRST, TARGET_FIRST, TOGETHER, CLIENT_ONLY, TARGET_ONLY))
        self.up = 0 if self.ends == TARGET_ONLY else self._size(chance)
        self.down = 0 if self.ends == CLIENT_ONLY else self._size(chance)
        self.pieces = chance.randint(1, 12)

    @staticmethod
    def _size(chance):
        return chance.choice((0, 1, chance.randint(2, 4096), chance.randint(4096, 65536), chance.randint(65536, LARGEST // 4),
                              chance.randint(LARGEST // 4, LARGEST)))

    def content(self, way, size):
        return random.Random(self.number * 2 + way).randbytes(size)


async def send(writer, data, pieces):
    """Writes in pieces, then ends the sending half."""
    size = max(1, len(data) // pieces)
    for at in range(0, len(data), size):
        writer.write(data[at:at + size])
        await writer.drain()
    writer.write_eof()


async def receive(reader):
    """Everything up to the end of the stream: (octets, hash)."""
    digest, count = hashlib.sha256(), 0
    while data := await reader.read(1 << 16):
        digest.update(data)
        count += len(data)
    return count, digest.hexdigest()


async def exchange(reader, writer, first, mine, pieces):
    """Sends `mine`, reads everything; `first`: ends before reading on, else only after the other has ended."""
    if first is None:
        got, _ = await asyncio.gather(receive(reader), send(writer, mine, pieces))
    elif first:
        reading = asyncio.ensure_future(receive(reader))
        await send(writer, mine, pieces)
        got = await reading
    else:
        got = await receive(reader)
        await send(writer, mine, pieces)
    return got


class Round:
    """All tunnels of one round; they start to carry octets when every one is open."""

    def __init__(self, case, seed):
        self.case, self.plans = case, [Plan(number, seed) for number in range(TUNNELS)]
        self.at_target, self.problems = {}, []
        self.remaining, self.ended = TUNNELS, None  # targets; an event, set when none remains

    async def target(self, reader, writer):
        try:
            number, up, down, ends = HEADER.unpack(await reader.readexactly(HEADER.size))
            plan = self.plans[number]
            mine = plan.content(1, down)
            first = None if ends == TOGETHER else ends in (TARGET_FIRST, TARGET_ONLY)
            self.at_target[number] = await exchange(reader, writer, first, mine, plan.pieces)
        except (OSError, asyncio.IncompleteReadError) as problem:
            self.problems.append(f"target: {problem!r}")
        finally:
            writer.close()
            self.remaining -= 1
            if self.remaining == 0:
                self.ended.set()

    async def client(self, plan, address, port, gate, go):
        async with gate:
            reader, writer = await asyncio.open_connection(*address)
            writer.write(opening(self.case.account) + request(CONNECT, "127.0.0.1", port))
            answer = opening_answer(self.case.account)
            reply = await reader.readexactly(len(answer) + 10)
            self.case.assertEqual((answer, 0), (reply[:len(answer)], reply[len(answer) + 1]), f"tunnel {plan.number} is opened")
        await go.wait()
        try:
            writer.write(HEADER.pack(plan.number, plan.up, plan.down, plan.ends))
            first = None if plan.ends == TOGETHER else plan.ends in (CLIENT_FIRST, CLIENT_ONLY)
            return await exchange(reader, writer, first, plan.content(0, plan.up), plan.pieces)
        finally:
            writer.close()

    async def run(self):
        server = await asyncio.start_server(self.target, "127.0.0.1", 0, backlog=TUNNELS)
        port, gate, go = server.sockets[0].getsockname()[1], asyncio.Semaphore(AT_A_TIME), asyncio.Event()
        opened = itertools.count(1)
        self.ended = asyncio.Event()

        async def one(plan):
            return await self.client(plan, self.case.server.socks, port, Counted(gate, opened, go), go)

        try:
            results = await asyncio.wait_for(asyncio.gather(*(one(plan) for plan in self.plans)), PATIENCE)
            await asyncio.wait_for(self.ended.wait(), 15)  # a client may be done before its target is
        finally:
            server.close()
        for plan, got in zip(self.plans, results):
            for way, size, (count, digest), side in ((1, plan.down, got, "client"), (0, plan.up, self.at_target.get(plan.number, (None, None)), "target")):
                if (count, digest) != (size, hashlib.sha256(plan.content(way, size)).hexdigest()):
                    self.problems.append(f"tunnel {plan.number}, kind {plan.ends}: the {side} received {count} octets of {size}, or others")
        self.case.assertEqual([], self.problems[:5], f"{len(self.problems)} problems: every octet arrives, in order, and no other")


class Counted:
    """The gate of the opening clients; opens the other gate when all have passed."""

    def __init__(self, gate, opened, go):
        self.gate, self.opened, self.go = gate, opened, go

    async def __aenter__(self):
        await self.gate.acquire()

    async def __aexit__(self, *_):
        self.gate.release()
        if next(self.opened) == TUNNELS:
            self.go.set()


class Thousand(Case):

    def test_random_sizes_and_half_closes_leave_nothing_behind(self):
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if hard != resource.RLIM_INFINITY and hard < 2 * TUNNELS + 100:
            self.skipTest(f"needs {2 * TUNNELS + 100} descriptors; the limit is {hard}")
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        self.server = self.own_server({"socks": {"handshake-timeout": "30s"}}, ["-u", "ana:ana-password"])
        self.server.account = Account(b"ana", b"ana-password")
        self.tunnel("127.0.0.1", self.echo().port).close()  # what is opened once, is open now
        pid = self.server.endpoints["pid"]
        before = eventually(lambda: self.settled(pid), "the number of descriptors settles")
        for seed in (1, 2):
            asyncio.run(Round(self, seed).run())
            eventually(lambda: descriptors(pid).get("socket", 0) <= before["socket"], f"every socket is closed; before: {before}")
        pooled = 2 * POOLED_PIPES * os.cpu_count()
        most = {**before, "pipe": before.get("pipe", 0) + pooled, "file": before["file"] + FIRST_USE_FILES}

        def too_many():
            return {kind: count for kind, count in descriptors(pid).items() if count > most.get(kind, 0)}

        eventually(lambda: not too_many(), f"none is left over but the pools' pipes and the history's files: {before}, {too_many()}")
        eventually(lambda: len(self.log_lines()) >= 2 * TUNNELS + 1, "a line a tunnel in the access log")
        self.assertEqual(2 * TUNNELS + 1, len(self.log_lines()), "one line a tunnel in the access log")

    @staticmethod
    def settled(pid):
        """The descriptors, if they are the same a little later."""
        first = descriptors(pid)
        time.sleep(0.3)
        return first if first == descriptors(pid) else None
