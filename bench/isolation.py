#!/usr/bin/env python3
"""What one client of a SOCKS 5 server can do to another: the isolation matrix of docs/isolation.md.

    isolation.py [--server NAME='COMMAND with {port}' ...] [--no-argyle] [--rows LIST] [--seconds 5] [--out TABLE.md]

A row is what one client does, from an address and with a user of its own. A column is what another client, at another address, sees
meanwhile. A cell is the 99th percentile in milliseconds. It is beyond the criterion (bold) if anything failed, or if it is more than
50 ms and more than ten times what it is without load. A dash: the server does not have it.

Argyle is ./argyle of this repository, with a configuration and users of this program's own. COMMAND is as in compare.py: it stays in
the foreground and listens on 127.0.0.1:{port}. It asks for no authentication, or has {user} and {password} in it: then all clients log
in. Each row has a fresh server, which first serves the probes alone for --warmup seconds.

The server runs on processor 0, everything else on the last one, the probes at a higher priority and the loads at a lower one (root).
As root, or where user namespaces are allowed, everything runs in a network namespace of its own, whose name server is this program's.
Elsewhere it uses addresses of 127.0.0.0/8, and only Argyle is asked about names. Nothing leaves the machine; every run is bounded.
"""
import argparse
import json
import multiprocessing
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time

import isolation_probes as probes
import isolation_rig as rig
import section
from isolation_loads import BEGUN, ENDED, HOLD, IGNORE, MOVED, OPEN, PLAYED, ROWS, Crowd

FACTOR, AT_LEAST = 10, 50   # the criterion: times the quiet 99th percentile, and milliseconds
FILLING, LEAD = 6, 1.5      # seconds: at most until a load that has begun is all there; from then on until turns count


def at(values, part):
    return sorted(values)[min(len(values) - 1, int(len(values) * part))] if values else float("nan")


class Matrix:
    """The measurements of one server: {row: {"load": text, "cells": {column: figures}}}."""

    def __init__(self, server, network, there, options):
        self.server, self.network, self.there, self.options = server, network, there, options
        self.missing, self.rows = {}, {}

    def run(self, rows, save):
        self.save = save
        for row in [None] * bool(self.options.seconds_quiet) + rows:
            name = row.name if row else "quiet"
            self.server.start()
            try:
                self._find_missing()
                self.rows[name] = self._measure(row)
            finally:
                self.server.stop()
            self.save()
            print(f"{self.server.name}, {name}: {brief(self.rows[name])}", file=sys.stderr, flush=True)

    def _find_missing(self):
        """Asks the first server what it does not do."""
        if self.missing:
            return
        for kind in probes.PROBES_OF:
            if kind.lacks(self.server):
                self.missing[kind.name] = "not offered"
            elif kind.name == "name" and not (self.server.accounts or self.network.names_for_all):
                self.missing[kind.name] = "asks the system's name server"
            else:
                self.missing[kind.name] = probes.supports(kind(self.server, self.network.other, self.there))
            if self.missing[kind.name]:
                print(f"{self.server.name}: no {kind.name}: {self.missing[kind.name]}", file=sys.stderr, flush=True)

    def _measure(self, row):
        source = self.network.noisy(ROWS.index(row) if row else 0)
        lacks = row.lacks(self.server, source) if row else ""
        if lacks:
            return {"load": "", "lacks": lacks, "cells": {}}
        phase, answers, tally = multiprocessing.Value("i", probes.WARM, lock=False), multiprocessing.Queue(), []
        here = [kind(self.server, self.network.other, self.there) for kind in probes.PROBES_OF if not self.missing[kind.name]]
        running = [rig.start(probes.run, probe, phase, answers) for probe in here]
        loads = []
        try:
            time.sleep(self.options.warmup)
            if row:
                user = b"noisy" if self.server.accounts else self.server.user
                for part in row.parts(self.server, source, user, self.there):
                    tally.append((part, multiprocessing.Array("q", 5, lock=False)))
                    loads.append(rig.start(part.run, tally[-1][1]))
                await_that(lambda: all(counts[BEGUN] for _, counts in tally), rig.START_PATIENCE)
                await_that(lambda: all(full(*one) for one in tally), FILLING)
                time.sleep(LEAD)
            before, begin, others = [list(counts) for _, counts in tally], time.monotonic(), rig.busy_seconds() - rig.our_seconds()
            phase.value = probes.COUNTED
            time.sleep(self.options.seconds if row else self.options.seconds_quiet)
            load = said(row, tally, before, time.monotonic() - begin) if row else ""
            others = max(0.0, rig.busy_seconds() - rig.our_seconds() - others) / (time.monotonic() - begin)
            phase.value = probes.OVER
            seen = dict(answers.get(timeout=3 * rig.PATIENCE) for _ in here)
            resident = self.server.resident() if self.server.runs() else 0
        finally:
            rig.stop(loads + running)
        cells = {name: {"turns": saw["turns"], "errors": len(saw["errors"]), "why": sorted(set(saw["errors"]))[:3],
                        "p50": at(saw["ms"], .5), "p99": at(saw["ms"], .99), "max": max(saw["ms"] or [0])} for name, saw in seen.items()}
        return {"load": load, "begun": [counts[BEGUN] for _, counts in tally], "alive": self.server.runs(), "resident": resident, "others": others, "cells": cells}


def await_that(condition, seconds):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)


def full(part, counts):
    """Whether a part of the load is all there: connections that stay have come, or been refused."""
    return not stays(part) or counts[PLAYED] + counts[ENDED] >= part.places


def stays(part):
    return isinstance(part, Crowd) and part.then in (HOLD, IGNORE)


def said(row, tally, before, seconds):
    """How much the load did: octets, or connections that are there and what is begun a second."""
    grown = [[now - then for now, then in zip(counts, old)] for (_, counts), old in zip(tally, before)]
    if row.unit == "GB/s":
        return f"{sum(one[MOVED] for one in grown) / seconds / 1e9:.2f} GB/s"
    rate = sum(one[BEGUN] for one in grown) / seconds
    held = [counts[OPEN] for part, counts in tally if stays(part)]
    return ", ".join([f"{sum(held):,} held"] * bool(held) + [f"{rate:,.0f} {row.unit}"] * (rate >= 1 or not held))


def brief(measured):
    if measured.get("lacks"):
        return f"— ({measured['lacks']})"
    text = measured["load"] + "; " if measured["load"] else ""
    text += ", ".join(f"{name} {cell['p99']:.1f}" + (f" ({cell['errors']} errors of {cell['turns'] + cell['errors']}: {cell['why'][0]})" if cell["errors"] else "")
                      for name, cell in measured["cells"].items())
    return text + f"; {measured['resident'] / 1e6:.0f} MB; others {measured['others']:.2f} cores" + ("" if measured["alive"] else "; the server has ended")


def fails(cell, quiet):
    """Whether a cell is beyond the criterion."""
    return cell["errors"] > 0 or not cell["turns"] or cell["p99"] > max(AT_LEAST, FACTOR * (quiet or {}).get("p99", 0))


def shown(cell, quiet):
    if cell is None:
        return "—"
    text = f"{cell['p99']:.1f}" if cell["p99"] < 100 else f"{cell['p99']:.0f}"
    if cell["errors"]:
        text += f", {cell['errors']} of {cell['turns'] + cell['errors']} failed"
    return f"**{text}**" if fails(cell, quiet) else text


def table(rows):
    """One server's matrix in Markdown."""
    columns = [kind.name for kind in probes.PROBES_OF]
    quiet = rows.get("quiet", {"cells": {}})["cells"]
    lines = ["| what one client does | load | " + " | ".join(columns) + " | MB | others |",
             "| --- | ---: |" + " ---: |" * (len(columns) + 2)]
    if quiet:
        lines.append("| nothing (p50 / p99) | | " + " | ".join(f"{quiet[c]['p50']:.1f} / {quiet[c]['p99']:.1f}" if c in quiet else "—" for c in columns) +
                     f" | {rows['quiet']['resident'] / 1e6:.0f} | {rows['quiet']['others']:.2f} |")
    for row in ROWS:
        measured = rows.get(row.name)
        if measured is None:
            continue
        if measured.get("lacks"):
            lines.append(f"| {row.name} | — |" + " — |" * (len(columns) + 2))
            continue
        lines.append(f"| {row.name} | {measured['load']} | " + " | ".join(shown(measured["cells"].get(c), quiet.get(c)) for c in columns) +
                     f" | {measured['resident'] / 1e6:.0f}{'' if measured['alive'] else ', ended'} | {measured['others']:.2f} |")
    cells = [(cell, quiet.get(c)) for row in ROWS for c, cell in rows.get(row.name, {"cells": {}})["cells"].items()]
    return lines + ["", f"{sum(fails(*one) for one in cells)} of {len(cells)} cells are beyond the criterion."]


def words(options):
    return (f"{os.cpu_count()} processors, Linux {os.uname().release}; {time.strftime('%Y-%m-%d')}; {options.seconds:g} s a row, after {options.warmup:g} s of "
            f"warm-up; milliseconds, 99th percentile. Load averages at the end: {' '.join(f'{one:.1f}' for one in os.getloadavg())}.")


def write(matrices, options):
    """Puts each table into the page."""
    section.PAGE = section.PAGE.parent / "isolation.md"
    for one in matrices:
        section.write(f"Measured: {one.server.name}", words(options) + "\n\n" + "\n".join(table(one.rows)))


def save(matrices, options):
    """After each row, so that an interrupted run leaves what it has."""
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({one.server.name: {"missing": one.missing, "rows": one.rows} for one in matrices}, file, indent=1)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", action="append", default=[], metavar="NAME=COMMAND")
    parser.add_argument("--argyle", default=f"{os.path.join(rig.ROOT, 'argyle')} serve", metavar="COMMAND", help="that starts Argyle")
    parser.add_argument("--users", metavar="DIR", help="a data directory with Argyle's users, made if it is not there; else they are made each time")
    parser.add_argument("--relay", choices=["auto", "splice", "buffer"], default="auto", help="Argyle's data plane")
    parser.add_argument("--no-argyle", action="store_true", help="only the servers that are named")
    parser.add_argument("--no-netns", action="store_true", help="stay in this network namespace")
    parser.add_argument("--rows", default=",".join(row.name for row in ROWS), help="default: %(default)s")
    parser.add_argument("--seconds", type=float, default=5, help="of each row")
    parser.add_argument("--seconds-quiet", type=float, default=10, help="without load; 0: not measured")
    parser.add_argument("--warmup", type=float, default=3, help="seconds of the probes alone before each row, not counted")
    parser.add_argument("--out", help="also write the tables to this file")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/isolation.md")
    parser.add_argument("--json", help="write the figures to this file")
    options = parser.parse_args()
    known = {row.name: row for row in ROWS}
    options.named = [text.split("=", 1) if "=" in text else parser.error(f"--server {text}: not NAME=COMMAND") for text in options.server]
    options.chosen = [known.get(name) or parser.error(f"unknown row {name}") for name in options.rows.split(",") if name]
    return options


def main():
    options = arguments()
    rig.raise_limit()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if not options.no_argyle:  # builds it, where the network still is the system's
        subprocess.run([shlex.split(options.argyle)[0], "-v"], check=True, stdout=subprocess.DEVNULL)
    network = rig.Network(not options.no_netns)
    names = rig.NameServer(network)
    rig.start(names.run)
    there = rig.Destinations(network)
    matrices = []
    with tempfile.TemporaryDirectory(prefix="isolation-") as directory:
        servers = [] if options.no_argyle else [rig.Argyle(shlex.split(options.argyle), directory, names.address, options.relay, options.users)]
        servers += [rig.Server(name, command) for name, command in options.named]
        for server in servers:
            matrices.append(Matrix(server, network, there, options))
            matrices[-1].run(options.chosen, lambda: save(matrices, options))
    text = words(options) + "\n\n" + "\n".join(f"### {one.server.name}\n\n" + "\n".join(table(one.rows)) + "\n" for one in matrices)
    print(text)
    if options.write:
        write(matrices, options)
    if options.out:
        with open(options.out, "w", encoding="utf-8") as file:
            file.write(text)


if __name__ == "__main__":
    main()
