#!/usr/bin/env python3
"""How much each management door does in a second: 1,000 users added, listed and removed through each, one door after
another, beside 100,000 imported users, while 500 tunnels run. What it/test_management_load.py asserts is asserted here too.

    doors.py                   some minutes, then a table
    doors.py --write           and puts it into docs/performance.md
"""
import argparse
import os
import sys
import time
import unittest

import section
from isolation_rig import raise_limit

ROOT = os.path.dirname(section.PAGE.parent)
sys.path[:0] = [os.path.join(ROOT, "conformance"), os.path.join(ROOT, "it")]

import management_load  # noqa: E402
from harness import RIG  # noqa: E402

TITLE = "The management doors"


def report(run, options):
    rate = "as fast as possible" if not options.rate else f"at {options.rate / 1e6:g} MB/s"
    lines = [f"    bench/doors.py --users {options.users} --rate {options.rate:g} --write", "",
             f"{section.machine()}; {time.strftime('%Y-%m-%d')}; load average {os.getloadavg()[2]:.0f}; {management_load.IMPORTED:,} imported users (`argyle users import`: "
             f"{run.import_seconds:.1f} s), {management_load.TUNNELS} tunnels {rate}: {run.octets / run.seconds / 1e6:.0f} MB/s in both directions together, "
             f"{run.octets / 1e9:.1f} GB in all, with a load generator in Python that checks every byte. One client per door, one operation after the other.", "",
             "| door | figures read per second | users added | users removed | names listed |", "| --- | ---: | ---: | ---: | ---: |"]
    for door in run.doors.all:
        rates = door.rates
        lines.append(f"| {door.name} | {rates['read']:.0f} | {rates['add']:.1f} | {rates['remove']:.0f} | {rates['names listed']:,.0f} |")
    lines += ["", "Adding a user costs one Argon2id hash (19 MiB, two passes; the number of concurrent hashes is half the number of processors) and one transaction, "
              "which is on disk before it is acknowledged. Removing a user costs only the transaction. MASS opens a connection for every request, and lists 255 names. "
              "With Bottler, each page of names is one datagram; the first page after a change reads all names once. FEED's rate is limited mostly by its client, "
              "which is in Python."]
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, default=1000, help="through each door")
    parser.add_argument("--rate", type=float, default=0, help="octets a second through all tunnels together; 0: as fast as it goes")
    parser.add_argument("--write", action="store_true", help="into docs/performance.md")
    options = parser.parse_args()
    raise_limit()
    section.build()
    RIG.use_command(f"{os.path.join(ROOT, 'argyle')} serve")
    server = RIG.start("doors", management_load.CONFIGURATION)
    try:
        run = management_load.Run(unittest.TestCase(), server, options.users, options.rate, in_turn=True)
        run.all_of_it()
        text = report(run, options)
    finally:
        server.kill()
    print(text)
    if options.write:
        section.write(TITLE, text)


if __name__ == "__main__":
    main()
