"""Runs inside the guest, beside the conformance suite: what test_feed has for SCTP, and the test modules of this folder."""
import os
import sys

import run
import test_feed

HERE = os.path.dirname(os.path.abspath(__file__))


def names():
    for name, thing in vars(test_feed).items():
        if isinstance(thing, type) and issubclass(thing, test_feed.OverSctp) and issubclass(thing, test_feed.FeedCase):
            yield f"test_feed.{name}"
    for file in sorted(os.listdir(HERE)):
        if file.startswith("test_guest_"):
            yield file[:-3]


if __name__ == "__main__":
    sys.exit(run.main(list(names())))
