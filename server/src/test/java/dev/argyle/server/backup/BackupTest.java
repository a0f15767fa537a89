package dev.argyle.server.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argyle.server.account.Account;
import dev.argyle.server.account.AccountBook;
import dev.argyle.server.account.AdminSecret;
import dev.argyle.server.account.CheapAccounts;
import dev.argyle.server.account.DataDirectory;
import dev.argyle.server.account.DataProblem;
import dev.argyle.server.account.Verdict;
import dev.argyle.wire.UserName;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("fault")
class BackupTest {

  private static final int MAX_USERS = 10_000;

  @TempDir Path folder;

  private Path data() throws DataProblem {
    return DataDirectory.make(folder.resolve("data"));
  }

  private Path target() {
    return folder.resolve("argyle.zip");
  }

  private static UserName user(int number) {
    return UserName.of(String.format(Locale.ROOT, "user-%05d", number));
  }

  private static byte[] password(int number) {
    return ("password " + number).getBytes(StandardCharsets.UTF_8);
  }

  /** A data directory with an administrator and this many users; the last one is disabled. */
  private Path filled(int users) throws DataProblem {
    Path data = data();
    try (AccountBook book = CheapAccounts.open(data, MAX_USERS)) {
      AdminSecret.readOrMake(data, book);
      for (int i = 0; i < users; i++) {
        book.add(user(i), password(i), false);
      }
      book.setEnabled(user(users - 1), false);
    }
    return data;
  }

  private static Verdict login(AccountBook book, UserName name, byte[] password) throws Exception {
    return book.verify(name.octets(), password).toCompletableFuture().get(1, TimeUnit.MINUTES);
  }

  private static void assertAnswers(Path data, int users) throws Exception {
    try (AccountBook book = CheapAccounts.open(data, MAX_USERS)) {
      assertThat(book.count()).isEqualTo(users + 1);
      for (int i = 0; i < users - 1; i++) {
        assertThat(login(book, user(i), password(i))).isInstanceOf(Verdict.Accepted.class);
        assertThat(login(book, user(i), password(i + 1))).isInstanceOf(Verdict.Refused.class);
      }
      assertThat(login(book, user(users - 1), password(users - 1)))
          .isNotInstanceOf(Verdict.Accepted.class);
      AdminSecret secret = Objects.requireNonNull(AdminSecret.read(data));
      byte[] password = secret.password().getBytes(StandardCharsets.US_ASCII);
      assertThat(login(book, UserName.of(secret.username()), password))
          .isInstanceOf(Verdict.Accepted.class);
    }
  }

  private List<Path> left() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  @Test
  void restoredItAnswersEveryPassword() throws Exception {
    Path data = filled(10);
    new Backup(data, "1.2.3").write(target(), false);
    Path other = folder.resolve("other");
    Restore.Done done = new Restore(other, false).from(target());
    assertThat(done.accounts()).isEqualTo(11);
    assertThat(done.version()).isEqualTo("1.2.3");
    assertAnswers(other, 10);
    assertThat(Files.readString(other.resolve(AdminSecret.FILE)))
        .isEqualTo(Files.readString(data.resolve(AdminSecret.FILE)));
    try (Stream<Path> files = Files.walk(other)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .as(file.toString())
            .isEqualTo("rw-------");
      }
    }
  }

  @Test
  void itsOwnerAloneMayReadItAndNothingElseIsLeft() throws Exception {
    Path data = filled(1);
    assertThat(new Backup(data, "1").write(target(), false)).isEqualTo(Files.size(target()));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target())))
        .isEqualTo("rw-------");
    assertThat(left()).containsExactly(target(), data);
  }

  /** Change 2n adds user n, and change 2n + 1 disables it. */
  @Test
  void duringTwoHundredChangesASecondEveryBackupHasTheFirstOfThemAndNoOther() throws Exception {
    Path data = data();
    AtomicInteger changes = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    try (AccountBook book = CheapAccounts.open(data, MAX_USERS)) {
      book.add(UserName.of("admin"), password(0), true);
      Thread writer =
          Thread.ofVirtual()
              .start(
                  () -> {
                    long begun = System.nanoTime();
                    for (int i = 0; i < 400; i++) {
                      long due = begun + i * 5_000_000L;
                      LockSupport.parkNanos(due - System.nanoTime()); // 200 a second
                      if (i % 2 == 0) {
                        book.add(user(i / 2), password(i), false);
                      } else {
                        book.setEnabled(user(i / 2), false);
                      }
                      changes.set(i + 1);
                    }
                  });
      for (int round = 0; writer.isAlive() || round == 0; round++) {
        int before = changes.get();
        new Backup(data, "1").write(target(), true);
        int after = changes.get();
        Path other = folder.resolve("other");
        new Restore(other, true).from(target());
        int there = changesIn(other);
        assertThat(there).isBetween(before, after + 1); // the next may be done and not counted yet
        most.accumulateAndGet(there, Math::max);
      }
      writer.join();
    }
    assertThat(changes.get()).isEqualTo(400);
    assertThat(most.get()).isPositive();
  }

  /** How many of the changes a copy has; fails if it has one without all before it. */
  private static int changesIn(Path data) throws DataProblem {
    try (AccountBook book = CheapAccounts.open(data, MAX_USERS)) {
      List<Account> all = book.list(null, MAX_USERS);
      int users = all.size() - 1;
      assertThat(all.getFirst().name().text()).isEqualTo("admin");
      for (int i = 0; i < users; i++) {
        Account account = all.get(i + 1);
        assertThat(account.name()).isEqualTo(user(i));
        if (i < users - 1) {
          assertThat(account.enabled()).as(account.toString()).isFalse();
        }
      }
      boolean lastIsDisabled = users > 0 && !all.getLast().enabled();
      return users == 0 ? 0 : 2 * users - (lastIsDisabled ? 0 : 1);
    }
  }

  @Test
  void aFileThatIsThereIsReplacedOnlyWithForce() throws Exception {
    Path data = filled(1);
    Files.writeString(target(), "something else");
    assertThatThrownBy(() -> new Backup(data, "1").write(target(), false))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining(target().toString())
        .hasMessageContaining("--force");
    assertThat(Files.readString(target())).isEqualTo("something else");
    new Backup(data, "1").write(target(), true);
    new Restore(folder.resolve("other"), false).from(target());
  }

  @Test
  void aNameThatIsNoFileKeepsItsPlace() throws Exception {
    Path data = filled(1);
    assertThatThrownBy(() -> new Backup(data, "1").write(Path.of("/dev/null"), true))
        .hasMessageContaining("is not a file; use - for standard output");
    assertThatThrownBy(() -> new Backup(data, "1").write(folder, true))
        .hasMessageContaining("is a directory");
    assertThatThrownBy(() -> new Backup(data, "1").write(folder.resolve("no/file"), false))
        .hasMessageContaining("no such directory");
  }

  @Test
  void whatAFailingOutputHasTakenIsNoBackup() throws Exception {
    Path data = filled(3);
    // With the checksums all of it is there: what follows in a ZIP archive is a list of its files.
    int whole =
        new String(written(data), StandardCharsets.ISO_8859_1).indexOf(Entry.CHECKSUMS) - 64;
    for (int room = 0; room < whole; room += whole / 20) {
      SmallOutput out = new SmallOutput(room);
      assertThatThrownBy(() -> new Backup(data, "1").write(out))
          .isInstanceOf(DataProblem.class)
          .hasMessage(
              "standard output: no space left on device; free some space on that disk, and try"
                  + " again; the backup is not complete");
      assertRefused(out.taken.toByteArray(), "room for " + room);
    }
    assertThat(left()).containsExactly(data);
    assertThat(Files.list(data).map(file -> file.getFileName().toString()))
        .noneMatch(name -> name.startsWith(".argyle"));
  }

  /** A disk with so much room. */
  private static final class SmallOutput extends OutputStream {
    final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private final int room;

    SmallOutput(int room) {
      this.room = room;
    }

    @Override
    public void write(int octet) throws IOException {
      write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int count) throws IOException {
      int fits = Math.min(count, room - taken.size());
      taken.write(from, offset, fits);
      if (fits < count) {
        throw new IOException("No space left on device");
      }
    }
  }

  private static byte[] written(Path data) throws DataProblem {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new Backup(data, "1").write(out);
    return out.toByteArray();
  }

  private void assertRefused(byte[] backup, String what) {
    Path other = folder.resolve("other");
    assertThatThrownBy(() -> new Restore(other, false).from(new ByteArrayInputStream(backup), "it"))
        .as(what)
        .isInstanceOf(DataProblem.class)
        .hasMessageStartingWith("it: ");
    assertThat(other.resolve(AccountBook.FILE)).doesNotExist();
    try {
      Durable.delete(other);
    } catch (IOException failed) {
      throw new AssertionError(failed);
    }
  }

  @Test
  void oneThatIsCutOffIsRefusedWhereverThatWas() throws Exception {
    byte[] backup = written(filled(3));
    int sums = new String(backup, StandardCharsets.ISO_8859_1).indexOf(Entry.CHECKSUMS);
    for (int at = 0; at < sums; at += sums / 40) {
      assertRefused(Arrays.copyOf(backup, at), "cut off at " + at);
    }
  }

  @Test
  void damageIsNoticedOrHarmless() throws Exception {
    byte[] backup = written(filled(3));
    int sums = new String(backup, StandardCharsets.ISO_8859_1).indexOf(Entry.CHECKSUMS);
    int refused = 0;
    for (int at = 3; at < sums; at += sums / 60) {
      byte[] damaged = backup.clone();
      damaged[at] ^= 0x10;
      Path other = folder.resolve("other");
      try {
        new Restore(other, false).from(new ByteArrayInputStream(damaged), "it");
        assertAnswers(other, 3); // a time, say
      } catch (DataProblem noticed) {
        assertThat(noticed).hasMessageStartingWith("it: ");
        refused++;
      }
      Durable.delete(other);
    }
    assertThat(refused).isGreaterThan(50);
  }

  @Test
  void aNewerVersionsBackupIsRefusedInWords() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BackupWriter writer = new BackupWriter(out);
    byte[] manifest = new Manifest(2, "9.0.0", "2036-01-01T00:00:00Z").json();
    writer.add(Entry.MANIFEST, FileTime.fromMillis(0), to -> to.write(manifest));
    writer.finish();
    Path other = folder.resolve("other");
    assertThatThrownBy(
            () ->
                new Restore(other, false)
                    .from(new ByteArrayInputStream(out.toByteArray()), "new.zip"))
        .isInstanceOf(DataProblem.class)
        .hasMessage(
            "new.zip: was written by a newer Argyle (9.0.0, format 2; this version reads format"
                + " 1); restore it with that version or a newer one");
  }

  @Test
  void aNameThatLeadsOutOfTheDirectoryIsRefused() throws Exception {
    for (String name :
        List.of(
            "../evil", "/etc/passwd", "history/../../evil", "history/x", "lock", "accounts.db/")) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      BackupWriter writer = new BackupWriter(out);
      var time = FileTime.fromMillis(0);
      byte[] manifest = Manifest.ofNow("1").json();
      writer.add(Entry.MANIFEST, time, to -> to.write(manifest));
      writer.add(name, time, to -> to.write(name.endsWith("/") ? new byte[0] : new byte[9]));
      writer.finish();
      assertRefused(out.toByteArray(), name);
    }
    assertThat(folder.resolve("evil")).doesNotExist();
  }

  @Test
  void somethingElseIsNoBackup() {
    assertRefused("ana:$2b$05$".getBytes(StandardCharsets.US_ASCII), "text");
  }

  @Test
  void aDirectoryThatAServerUsesIsRefusedAlsoWithForce() throws Exception {
    Path data = filled(1);
    new Backup(data, "1").write(target(), false);
    try (DataDirectory _ = DataDirectory.hold(data)) {
      assertThatThrownBy(() -> new Restore(data, true).from(target()))
          .isInstanceOf(DataProblem.class)
          .hasMessageContaining("another server uses this directory");
    }
    assertAnswers(data, 1);
  }

  @Test
  void whatIsThereIsReplacedOnlyWithForceAndThenWholly() throws Exception {
    Path data = filled(3);
    new Backup(data, "1").write(target(), false);
    try (AccountBook book = CheapAccounts.open(data, MAX_USERS)) {
      book.remove(user(0));
      book.add(UserName.of("later"), password(1), false);
    }
    Path history = Files.createDirectories(data.resolve("history"));
    Files.writeString(history.resolve("0000000000000001.history"), "of before");
    assertThatThrownBy(() -> new Restore(data, false).from(target()))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("accounts.db")
        .hasMessageContaining("--force");
    try (AccountBook book = CheapAccounts.open(data, MAX_USERS)) {
      assertThat(book.find(UserName.of("later"))).isNotNull();
    }
    new Restore(data, true).from(target());
    assertAnswers(data, 3);
    assertThat(history.resolve("0000000000000001.history")).doesNotExist();
    assertThat(data.resolve(DataDirectory.RESTORED)).doesNotExist();
  }

  @Test
  void aServerDoesNotStartOnARestoreThatWasCutOffAndAnotherRestoreMendsIt() throws Exception {
    Path data = filled(3);
    new Backup(data, "1").write(target(), false);
    Files.createDirectory(data.resolve(DataDirectory.RESTORED));
    Files.delete(data.resolve(AdminSecret.FILE)); // killed in the middle
    assertThatThrownBy(() -> DataDirectory.hold(data))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("restore was cut off")
        .hasMessageContaining("--force");
    new Restore(data, true).from(target());
    DataDirectory.hold(data).close();
    assertAnswers(data, 3);
  }

  @Test
  void withoutAccountsThereIsNoBackup() throws Exception {
    Path data = data();
    assertThatThrownBy(() -> new Backup(data, "1").write(target(), false))
        .isInstanceOf(DataProblem.class);
    assertThat(left()).containsExactly(data);
  }
}
