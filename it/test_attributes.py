"""Each attribute of docs/accounts.md is set by each way that the page names, seen by all of them, and taken away again."""
import json
import os
import re
import subprocess

from ctl import Ctl
from harness import RIG
from management_http import Api

ONCE = True  # it has nothing to do with the data plane

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "docs", "accounts.md")
VALUES = {  # two of each
    "expires": ("2031-12-31T12:00:00Z", "2032-01-31T18:00:00Z"),
    "from": ("127.0.0.0/8", "127.0.0.0/8, 2001:db8::/32"),
    "from-mode": ("address-only", "strict"),
    "connections": ("5", "1000000"),
    "associations": ("1", "7"),
    "addresses": ("2", "3"),
    "when-full": ("end-oldest", "refuse"),
    "opens.rate": ("10", "20"),
    "opens.burst": ("40", "1"),
    "rate.up": ("1KiB", "8GiB"),
    "rate.down": ("2MiB", "3GiB"),
    "rate.burst": ("16KiB", "1GiB"),
    "egress": ("office", "home"),
    "quota.octets": ("1KiB", "1048576GiB"),
    "quota.period": ("week sun", "month 15"),
    "quota.counts": ("up", "down"),
    "quota.then": ("64KiB", "end"),
    "hours": ("mon-fri 08:00-18:00", "sat 10:00-12:00, sun"),
    "rules": ("team", "others"),
    "note": ("of the first floor; ask Ben", 'a "quoted" word'),
}


class EachDoor(Ctl):
    maxDiff = None
    changes = {
        "socks": {"authentication": ["password", "none"]},
        "egress": {"office": {"addresses": ["127.0.0.1"]}, "home": {"addresses": ["127.0.0.1"]}},
        "rules": [{"allow": True, "users": ["@team"]}, {"allow": True, "users": ["@others"]}],
        "plans": {"basic": {"connections": 100}},
    }

    def setUp(self):
        super().setUp()
        self.api = Api(self.server)

    def users(self, *arguments, data=None, text=b""):
        """`argyle users`, on the files of the running server."""
        done = subprocess.run([RIG.command[0], "users", *arguments, "--data", data or self.server.data], input=text, capture_output=True, timeout=60, check=False)
        self.assertEqual(0, done.returncode, done.stderr.decode())
        return done.stdout

    def new(self, name):
        status, body = self.api.send("POST", "/users", {"name": name, "password": "some-Password-1"})
        self.assertEqual(201, status, body)

    def by_users(self, user, values):
        self.users("set", user, *(f"{name}={value}" for name, value in values.items()))

    def by_ctl(self, user, values):
        self.ctl("user", "set", user, *(f"{name}={value}" for name, value in values.items()))

    def by_http(self, user, values):
        status, body = self.api.send("PATCH", f"/users/{user}", {"limits": {name: value or None for name, value in values.items()}})
        self.assertEqual(200, status, body)

    def seen(self, user):
        """The limits of a user as each of the doors tells them."""
        return {
            "users": json.loads(self.users("show", user, "-o", "json"))["limits"],
            "ctl": self.json("user", "show", user)["limits"],
            "http": self.api.get(f"/users/{user}")["limits"],
            "list": next(one["limits"] for one in self.api.pages("/users") if one["name"] == user),
        }

    def test_the_page_has_these_attributes(self):
        with open(PAGE, encoding="utf-8") as file:
            table = file.read().partition("| attribute ")[2].partition("\n\n")[0]
        self.assertEqual(list(VALUES), re.findall(r"^\| `([a-z.-]+)` \|", table, re.MULTILINE))

    def test_each_is_set_changed_and_taken_away_by_one_door_and_seen_by_all(self):
        for number, way in enumerate((self.by_users, self.by_ctl, self.by_http)):
            user = way.__name__.replace("_", "-")
            self.new(user)
            for at in (0, 1):
                values = {name: pair[at] for name, pair in VALUES.items()}
                values["from"] = values["from"].replace("127.0.0.0/8", f"127.{number + 1}.0.0/16")  # a client is one account only
                way(user, values)
                self.sees(user, values)
            way(user, dict.fromkeys(VALUES, ""))
            self.sees(user, {})

    def sees(self, user, values):
        for door, limits in self.seen(user).items():
            with self.subTest(user=user, door=door):
                self.assertEqual(values, limits)

    def test_all_of_them_and_the_plan_go_with_an_export(self):
        self.new("carla")
        values = {name: pair[1] for name, pair in VALUES.items()}
        self.by_http("carla", values)
        self.ctl("user", "set", "carla", "plan=basic")
        lines = b"".join(line + b"\n" for line in self.users("export").splitlines() if line.startswith(b"carla:"))
        other = os.path.join(self.server.directory, "imported")
        self.users("import", data=other, text=lines)
        there = json.loads(self.users("show", "carla", "-o", "json", data=other))
        self.assertEqual((values, "basic"), ({name: value for name, value in there["limits"].items() if name != "plan"}, there.get("plan", there["limits"].get("plan"))))
        self.assertEqual(lines, self.users("export", data=other))
