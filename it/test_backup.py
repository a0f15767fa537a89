"""`argyle backup` and `argyle restore` on a real server: what is restored answers as the original did."""
import json
import os
import stat
import subprocess
import tempfile
import zipfile

from harness import RIG, Case
from wire import PASSWORD, Account, Wire, credentials, eventually, greeting

ONCE = True  # it has nothing to do with the data plane

PATIENCE = 120
ANA = Account(b"ana", b"ana-Password-1")
EVA = Account(b"eva", b"eva-Password-2")


class Backups(Case):

    def setUp(self):
        if RIG.relay == "buffer":
            self.skipTest("the data plane makes no difference to it")
        if RIG.fixed or os.path.basename(RIG.command[0]) != "argyle":
            self.skipTest("needs the argyle command: use --serve")
        folder = tempfile.TemporaryDirectory(prefix="argyle-backup-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.file = os.path.join(self.folder, "argyle.zip")

    def tearDown(self):
        pass

    def argyle(self, *arguments, **streams):
        return subprocess.run([RIG.command[0], *arguments], stdin=streams.pop("stdin", subprocess.DEVNULL), stderr=subprocess.PIPE,
                              stdout=streams.pop("stdout", subprocess.PIPE), timeout=PATIENCE, check=False, **streams)

    def assert_done(self, done):
        self.assertEqual((0, b""), (done.returncode, done.stderr))

    def assert_login(self, server, account, verdict=b"\x01\x00"):
        wire = self.closing(Wire.to(server.socks)).send(greeting(PASSWORD))
        wire.expect(b"\x05\x02", "method PASSWORD")
        wire.send(credentials(*account)).expect(verdict, "the password")

    def history(self, server):
        done = self.argyle("ctl", "history", "-o", "json", "--data", server.data)
        self.assert_done(done)
        return json.loads(done.stdout)["connections"]

    def test_a_restored_server_knows_everybody_and_what_was(self):
        """Backup while it runs, restore into a fresh directory, and a server on that: passwords, administrator, history."""
        server = self.own_server({})
        for account in (ANA, EVA):
            self.assertEqual(0, server.add_user(account))
        self.server = server
        for end in self.pair(account=ANA):
            end.close()
        eventually(lambda: self.history(server), "the tunnel is in the history")

        self.assert_done(self.argyle("backup", "--data", server.data, self.file))
        self.assertEqual(0o600, stat.S_IMODE(os.stat(self.file).st_mode))
        names = zipfile.ZipFile(self.file).namelist()
        self.assertEqual("argyle-backup.json", names[0])
        self.assertLessEqual({"accounts.db", "usage.db", "admin.secret", "SHA256SUMS"}, set(names))
        with tempfile.TemporaryDirectory() as unpacked:  # what sha256sum(1) says of it
            zipfile.ZipFile(self.file).extractall(unpacked)
            subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=unpacked, check=True, timeout=PATIENCE)

        refused = self.argyle("restore", "--data", server.data, "--force", self.file)
        self.assertEqual(1, refused.returncode)
        self.assertIn(b"another server uses this directory", refused.stderr)

        self.assertEqual(0, server.mass().delete(EVA.name))
        past = self.history(server)
        self.assertIsNone(server.stop())
        refused = self.argyle("restore", "--data", server.data, self.file)
        self.assertEqual(1, refused.returncode)
        self.assertIn(b"--force", refused.stderr)
        done = self.argyle("restore", "--data", server.data, "--force", self.file)
        self.assert_done(done)
        self.assertIn(b"restored 3 accounts", done.stdout)
        server.start()
        for account in (ANA, EVA, server.admin):
            self.assert_login(server, account)
        self.assert_login(server, Account(ANA.name, b"wrong"), b"\x01\x01")
        self.assertLessEqual({(entry["user"], entry["start"], entry["destination"]) for entry in past if entry["user"] == "ana"},
                             {(entry["user"], entry["start"], entry["destination"]) for entry in self.history(server)})

    def test_through_a_pipe(self):
        """argyle backup - | argyle restore -"""
        first, second = os.path.join(self.folder, "first"), os.path.join(self.folder, "second")
        added = self.argyle("users", "add", "--password-stdin", "ana", "--data", first, stdin=self.text("secret\n"))
        self.assert_done(added)
        with open(self.file, "wb") as out:
            self.assert_done(self.argyle("backup", "-", "--data", first, stdout=out))
        with open(self.file, "rb") as backup:
            self.assert_done(self.argyle("restore", "-", "--data", second, stdin=backup))
        self.assertEqual(self.argyle("users", "export", "--data", first).stdout, self.argyle("users", "export", "--data", second).stdout)

    def text(self, text):
        file = tempfile.TemporaryFile()
        self.addCleanup(file.close)
        file.write(text.encode())
        file.seek(0)
        return file

    def test_a_full_disk_leaves_no_file_and_the_one_of_before(self):
        data, disk = os.path.join(self.folder, "data"), os.path.join(self.folder, "disk")
        os.mkdir(disk)
        self.assert_done(self.argyle("users", "import", "--data", data, stdin=self.text(
            "".join(f"user-{number}-{'x' * 200}:*\n" for number in range(4000)))))
        script = ('mount -t tmpfs -o size=256k,mode=700 tmpfs "$2" || exit 77\n'
                  '"$1" backup --data "$3" "$2/new.zip"; echo "new: $?"\n'
                  'echo before > "$2/old.zip"; "$1" backup --force --data "$3" "$2/old.zip"; echo "old: $?"\n'
                  'ls -A "$2"; cat "$2/old.zip"\n')
        done = subprocess.run(["unshare", "-m", "sh", "-c", script, "sh", RIG.command[0], disk, data], capture_output=True, timeout=PATIENCE,
                              check=False)
        if b"Operation not permitted" in done.stderr or done.returncode == 77:
            self.skipTest("needs the right to mount (CAP_SYS_ADMIN)")
        self.assertEqual(b"new: 1\nold: 1\nold.zip\nbefore\n", done.stdout, done.stderr)
        self.assertEqual(2, done.stderr.count(b"no space left on device"), done.stderr)

    def test_root_restores_for_the_user_of_the_server(self):
        if os.geteuid() != 0:
            self.skipTest("needs root")
        first, second = os.path.join(self.folder, "first"), os.path.join(self.folder, "second")
        self.assert_done(self.argyle("users", "add", "--password-stdin", "ana", "--data", first, stdin=self.text("secret\n")))
        self.assert_done(self.argyle("backup", "--data", first, self.file))
        os.mkdir(second, 0o700)
        os.chown(second, 65534, 65534)
        self.assert_done(self.argyle("restore", "--data", second, self.file))
        owners = {name: os.stat(os.path.join(second, name)).st_uid for name in os.listdir(second)}
        self.assertEqual({65534}, set(owners.values()), owners)
