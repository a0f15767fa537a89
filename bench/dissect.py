#!/usr/bin/env python3
"""What dissectors cost a bulk transfer whose protocol none of them recognises: two servers of this tree, one with its
dissectors on, measured in turn, pair by pair, each pair beginning with the other one.

    dissect.py                 some 100 s, then a table
    dissect.py --write         and puts it into docs/performance.md
"""
import argparse
import os
import shlex
import statistics
import sys
import tempfile
import time

import compare
import section

TITLE = "Dissectors on, and nothing recognised"
SCENARIOS = ("bulk-down-1", "bulk-down-32", "bulk-up-32")
ASKED = 0.95
MODES = ("off", "on")


def start(ports, mode):
    port = ports.take()
    command = f"{os.path.join(compare.HERE, 'peers/argyle.sh')} {port} splice {'true' if mode == 'on' else 'false'}"
    server = compare.Process(shlex.split(command))
    if not compare.accepts(port, 30, server.popen):
        sys.exit(f"dissect.py: the server with dissectors {mode} did not start: {server.said()}")
    return server, port


def measured(loadgen, scenario, seconds, server, port, target):
    """(Gbit/s, CPU-seconds a GB, cores that other programs took)."""
    before = compare.cpu_seconds(server.pid), compare.cpu_seconds(target.pid), compare.busy_seconds(), time.monotonic()
    result = compare.run_loadgen([loadgen, *compare.loadgen_arguments(scenario, seconds), "--target", f"127.0.0.1:{target.port}",
                                  "--proxy", f"127.0.0.1:{port}"], server, False)
    if "failed" in result:
        sys.exit(f"dissect.py: {scenario}: {result['failed']}")
    cpu = compare.cpu_seconds(server.pid) - before[0]
    ours = cpu + compare.cpu_seconds(target.pid) - before[1] + result["client_cpu"]
    others = max(0.0, (compare.busy_seconds() - before[2] - ours) / (time.monotonic() - before[3]))
    return result["gbit_s"], cpu / (result["total_bytes"] / 1e9), others


def pairs(options, loadgen, servers, target):
    """{scenario: [{mode: measurement}, ...]}."""
    found = {}
    for scenario in options.scenarios.split(","):
        for mode in MODES:
            measured(loadgen, scenario, options.warmup, *servers[mode], target)
        found[scenario] = []
        for number in range(options.pairs):
            order = MODES if number % 2 == 0 else MODES[::-1]
            pair = {mode: measured(loadgen, scenario, options.seconds, *servers[mode], target) for mode in order}
            found[scenario].append(pair)
            print(f"{scenario}: off {pair['off'][0]:.2f}, on {pair['on'][0]:.2f} Gbit/s, "
                  f"other programs {max(pair[mode][2] for mode in MODES):.2f} cores", file=sys.stderr, flush=True)
    return found


def report(options, found):
    lines = [f"    bench/dissect.py --pairs {options.pairs} --seconds {options.seconds:g} --warmup {options.warmup:g} --write", "",
             f"{section.machine()}; {time.strftime('%Y-%m-%d')}; {options.pairs} pairs of {options.seconds:g} s, medians. Target: at least {ASKED} "
             "of the throughput. No dissector recognises the first bytes of the load, so after them the tunnel is spliced.", "",
             "| scenario | off, Gbit/s | on, Gbit/s | on / off, pair by pair | least-most | CPU-s per GB, on / off | other programs, most |",
             "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"]
    for scenario, several in found.items():
        speed = [pair["on"][0] / pair["off"][0] for pair in several]
        cost = [pair["on"][1] / pair["off"][1] for pair in several]
        off, on = (statistics.median(pair[mode][0] for pair in several) for mode in MODES)
        others = max(pair[mode][2] for pair in several for mode in MODES)
        lines.append(f"| {scenario} | {off:.2f} | {on:.2f} | {statistics.median(speed):.3f} | {min(speed):.2f}-{max(speed):.2f} "
                     f"| {statistics.median(cost):.2f} | {others:.2f} |")
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenarios", default=",".join(SCENARIOS))
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.5)
    parser.add_argument("--warmup", type=float, default=3, help="seconds, for each scenario and server")
    parser.add_argument("--write", action="store_true", help="into docs/performance.md")
    options = parser.parse_args()
    section.build()
    private = compare.own_network()
    compare.congestion_control("reno" if private else None)
    ports = compare.Ports(20000)
    with tempfile.TemporaryDirectory() as scratch:
        loadgen = compare.build_loadgen(scratch)
        try:
            port = ports.take()
            target = compare.Process([loadgen, "target", "--port", str(port), "--lifetime", "600"])
            target.port = port
            if not compare.accepts(port, 5, target.popen):
                sys.exit("dissect.py: the target did not start: " + target.said())
            found = pairs(options, loadgen, {mode: start(ports, mode) for mode in MODES}, target)
        finally:
            compare.stop_all()
    text = report(options, found)
    print(text)
    if options.write:
        section.write(TITLE, text)
        for scenario, several in found.items():
            ratio = statistics.median(pair["on"][0] / pair["off"][0] for pair in several)
            section.row(f"{scenario}, splice, dissectors on and nothing recognised: throughput, times that with them off", f"{ratio:.2f}",
                        f"at least {ASKED}")


if __name__ == "__main__":
    main()
