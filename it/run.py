#!/usr/bin/env python3
"""Tests of the whole program, on top of the conformance suite's harness.

    it/run.py                      starts ./argyle serve of this repository
    it/run.py --relay buffer       the same on the other data plane
    it/run.py -k Descriptors       tests whose name contains a word

Every option of conformance/run.py is understood. A test module is a file test_*.py in this folder. Modules that say
ONCE = True have nothing to do with the data plane: `--relay buffer` leaves them out, unless --module names them.
Debian's Python runs them if there is one: what is installed as python3-... belongs to that.
"""
import os
import sys

DEBIANS = "/usr/bin/python3"
if os.access(DEBIANS, os.X_OK) and os.path.realpath(sys.executable) != os.path.realpath(DEBIANS):
    os.execv(DEBIANS, [DEBIANS, *sys.argv])

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
sys.path[:0] = [os.path.join(ROOT, "conformance"), HERE]

import run  # noqa: E402  (the suite's: this file is __main__)


def once(module):
    """Whether one run of it is enough, on whichever data plane."""
    with open(os.path.join(HERE, f"{module}.py"), encoding="utf-8") as file:
        return "\nONCE = True" in file.read()


if __name__ == "__main__":
    if not {"--serve", "--endpoints", "--socks"} & {argument.partition("=")[0] for argument in sys.argv}:
        sys.argv += ["--serve", f"{os.path.join(ROOT, 'argyle')} serve"]
    relays = [after for option, after in zip(sys.argv, sys.argv[1:]) if option == "--relay"]
    buffer = "buffer" in relays or "--relay=buffer" in sys.argv
    modules = sorted(name[:-3] for name in os.listdir(HERE) if name.startswith("test_") and name.endswith(".py"))
    sys.exit(run.main([name for name in modules if not (buffer and once(name))]))
