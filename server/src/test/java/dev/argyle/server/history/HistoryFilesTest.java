package dev.argyle.server.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Counters;
import dev.argyle.server.telemetry.SmallDisk;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left after a crash, and after damage. */
@Tag("fault")
class HistoryFilesTest {
  @TempDir Path data;
  private final Past.Clock clock = new Past.Clock();

  private History history() {
    return new History(data.resolve(History.FOLDER), Past.SETTINGS, new Counters().shared(), clock);
  }

  /** Writes so many blocks of ten entries, and ends as a process that is killed. */
  private Path written(int blocks) throws IOException {
    History history = history();
    long id = 0;
    for (int block = 0; block < blocks; block++) {
      for (int i = 0; i < 10; i++) {
        history.add(Past.ended(++id, clock.millis()));
      }
      history.write();
    }
    return files().getLast();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(data.resolve(History.FOLDER))) {
      return files.sorted().toList();
    }
  }

  private static List<Long> down(long from, long to) {
    return LongStream.rangeClosed(to, from).map(n -> from - n + to).boxed().toList();
  }

  private List<Long> found() {
    History history = history();
    history.write();
    List<Long> ids = Past.ids(history);
    history.close();
    return ids;
  }

  @Test
  void aFileThatIsCutOffAnywhereKeepsWhatCameBefore() throws IOException {
    byte[] whole = Files.readAllBytes(written(3));
    Path file = files().getLast();
    int seen = 30;
    for (int length = whole.length; length >= 0; length -= 5) {
      Files.deleteIfExists(data.resolve(History.FOLDER).resolve("0000000000000001.damaged"));
      Files.write(file, Arrays.copyOf(whole, length));
      List<Long> ids = found();
      assertThat(ids).as("cut after %d", length).isEqualTo(down(ids.size(), 1));
      assertThat(ids.size()).isLessThanOrEqualTo(seen).matches(size -> size % 10 == 0);
      seen = ids.size();
    }
    assertThat(seen).isZero();
  }

  @Test
  void afterAnEndThatWasCutOffNewEntriesAreFoundBesideTheOldOnes() throws IOException {
    Path file = written(3);
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), (int) Files.size(file) - 7));
    History history = history();
    history.write();
    history.add(Past.ended(99, clock.millis()));
    history.write();
    assertThat(Past.all(history, HistoryQuery.ALL, 3))
        .extracting(HistoryEntry::id)
        .startsWith(99L, 20L, 19L)
        .hasSize(21);
    assertThat(Past.all(history, HistoryQuery.ALL, 3))
        .extracting(HistoryEntry::key)
        .doesNotHaveDuplicates()
        .isSortedAccordingTo((one, other) -> Long.compare(other, one));
    history.close();
  }

  @Test
  void aDamagedBlockIsLeftOutAndTheOthersAreFound() throws IOException {
    Path file = written(3);
    byte[] octets = Files.readAllBytes(file);
    int header = Objects.requireNonNull(HistoryFile.existing(file)).header().length();
    octets[(header + octets.length) / 2] ^= 1; // within the second of three
    Files.write(file, octets);
    assertThat(found()).hasSize(20).startsWith(30L).endsWith(1L);
  }

  @Test
  void aFileOfSomethingElseIsSetAsideAndTheServerGoesOn() throws IOException {
    Path file = written(1);
    Files.writeString(file, "not a history", StandardOpenOption.TRUNCATE_EXISTING);
    History history = history();
    history.add(Past.ended(5, clock.millis()));
    history.write();
    assertThat(Past.ids(history)).containsExactly(5L);
    assertThat(files())
        .extracting(path -> path.getFileName().toString())
        .hasSize(2)
        .contains("0000000000000001.damaged");
    clock.pass(Duration.ofDays(8).plusHours(1));
    Files.setLastModifiedTime(
        files().getFirst(), java.nio.file.attribute.FileTime.fromMillis(Past.TIME));
    history.write();
    assertThat(files()).as("what was set aside goes when it is old").isEmpty();
    history.close();
  }

  @Test
  void whatWasSetAsideCountsAndGoesFirst() throws IOException {
    Path file = written(1);
    Files.write(file, new byte[(1 << 20) - 200]);
    History history = history();
    for (int i = 0; i < 100; i++) {
      history.add(Past.ended(i, clock.millis()));
    }
    history.write();
    assertThat(files()).hasSize(1).first().asString().endsWith(".history");
    assertThat(Past.ids(history)).hasSize(100);
    history.close();
  }

  @Test
  void aFileThatWasMadeAndNeverWrittenIsNoDamage() throws IOException {
    Path file = written(1);
    Files.write(file, new byte[0]);
    assertThat(found()).isEmpty();
    assertThat(files()).isEmpty();
  }

  @Test
  void afterARestartTheSameFileGoesOnWhileItIsYoungAndSmall() throws IOException {
    written(1);
    written(1);
    assertThat(files()).hasSize(1);
    clock.pass(Duration.ofDays(1));
    written(1);
    assertThat(files()).hasSize(2);
    assertThat(found()).hasSize(30);
  }

  @Test
  void onlyTheOwnerMayReadIt() throws IOException {
    Path file = written(1);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(data.resolve(History.FOLDER))))
        .isEqualTo("rwx------");
  }

  @Test
  void aFolderThatCannotBeMadeHoldsUpNobodyAndIsTriedAgain() throws IOException {
    Files.writeString(data.resolve(History.FOLDER), "in the way");
    History history = history();
    history.add(Past.ended(1, clock.millis()));
    history.write();
    assertThat(Past.ids(history)).isEmpty();
    Files.delete(data.resolve(History.FOLDER));
    history.add(Past.ended(2, clock.millis()));
    history.write();
    assertThat(Past.ids(history)).as("nothing was lost").containsExactly(2L, 1L);
    history.close();
  }

  @Test
  void aFullDiskIsToldOnceHoldsUpNobodyAndWhatWaitsIsWrittenLater() throws IOException {
    AtomicInteger room = new AtomicInteger(Integer.MAX_VALUE);
    Counters counters = new Counters();
    History history =
        new History(
            data.resolve(History.FOLDER),
            Past.SETTINGS,
            counters.shared(),
            clock,
            (path, options, attributes) ->
                new SmallDisk(FileChannel.open(path, options, attributes), room));
    long id = 0;
    history.add(Past.ended(++id, clock.millis()));
    history.write();
    room.set(100);
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 10; i++) {
        history.add(Past.ended(++id, clock.millis()));
      }
      assertThat(history.write()).as("tried again in a second, not at once").isTrue();
    }
    assertThat(Past.ids(history)).as("half a block is none").containsExactly(1L);
    assertThat(counters.sum(Counter.HISTORY_DROPPED)).isZero();
    room.set(Integer.MAX_VALUE);
    history.write();
    history.write();
    assertThat(Past.ids(history)).isEqualTo(down(31, 1));
    history.close();
    assertThat(found()).isEqualTo(down(31, 1));
  }

  @Test
  void whileTheDiskIsFullWhatIsBeyondTheBoundIsDroppedAndCounted() {
    AtomicInteger room = new AtomicInteger();
    Counters counters = new Counters();
    History history =
        new History(
            data.resolve(History.FOLDER),
            Past.SETTINGS,
            counters.shared(),
            clock,
            (path, options, attributes) ->
                new SmallDisk(FileChannel.open(path, options, attributes), room));
    int many = 3 * Pending.MAX_OCTETS / 60;
    for (int i = 1; i <= many; i++) {
      history.add(Past.ended(i, clock.millis()));
      if (i % 1000 == 0) {
        history.write();
      }
    }
    history.write();
    assertThat(counters.sum(Counter.HISTORY_DROPPED)).isPositive().isLessThan(many);
    history.close();
  }

  @Test
  void aClockThatIsSetBackLosesNothing() throws IOException {
    History history = history();
    for (int i = 1; i <= 20; i++) {
      history.add(Past.ended(i, clock.millis()));
      history.write();
      clock.pass(Duration.ofMinutes(i == 10 ? -60 : 1));
    }
    assertThat(Past.ids(history)).isEqualTo(down(20, 1));
    assertThat(files().size()).isLessThanOrEqualTo(2);
    history.close();
  }
}
