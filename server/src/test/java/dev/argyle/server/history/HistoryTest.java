package dev.argyle.server.history;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.argyle.server.config.Retention;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Counters;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.EndedConnection;
import dev.argyle.server.telemetry.Ending;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

@Tag("unit")
class HistoryTest {
  @TempDir Path data;

  private final Past.Clock clock = new Past.Clock();
  private final Counters counters = new Counters();
  private final List<History> opened = new ArrayList<>();

  private History history(Retention settings) {
    History history = new History(data.resolve(History.FOLDER), settings, counters.shared(), clock);
    opened.add(history);
    return history;
  }

  private History history() {
    return history(Past.SETTINGS);
  }

  @AfterEach
  void close() {
    opened.forEach(History::close);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(data.resolve(History.FOLDER))) {
      return files.sorted().toList();
    }
  }

  private long octetsOnDisk() throws IOException {
    long octets = 0;
    for (Path file : files()) {
      octets += Files.size(file);
    }
    return octets;
  }

  private static List<Long> down(long from, long to) {
    return LongStream.rangeClosed(to, from).map(n -> from - n + to).boxed().toList();
  }

  @Test
  void nothingIsThereBeforeTheFirstWrite() {
    History history = history();
    history.add(Past.ended(1, Past.TIME));
    assertThat(Past.ids(history)).isEmpty();
    history.write();
    assertThat(Past.ids(history)).containsExactly(1L);
  }

  @Test
  void pagesOfAnySizeAreNewestFirstAndLeaveNothingOut() {
    History history = history();
    for (long id = 1; id <= 50; id++) {
      history.add(Past.ended(id, Past.TIME + id));
      if (id % 7 == 0) {
        history.write();
      }
    }
    history.write();
    for (int limit : new int[] {1, 2, 3, 7, 49, 50, 51}) {
      assertThat(Past.all(history, HistoryQuery.ALL, limit))
          .extracting(HistoryEntry::id)
          .isEqualTo(down(50, 1));
    }
  }

  @Test
  void keysGoOnRisingAfterARestartThoughNumbersOfConnectionsBeginAgain() {
    History first = history();
    first.add(Past.ended(1, Past.TIME));
    first.add(Past.ended(2, Past.TIME));
    first.close();
    History second = history();
    second.add(Past.ended(1, Past.TIME));
    second.write();
    assertThat(Past.all(second, HistoryQuery.ALL, 2))
        .extracting(HistoryEntry::key)
        .containsExactly(3L, 2L, 1L);
    assertThat(Past.ids(second)).containsExactly(1L, 2L, 1L);
  }

  @Test
  void aCursorStaysWhereItWasWhileOthersEnd() {
    History history = history();
    LongStream.rangeClosed(1, 4).forEach(id -> history.add(Past.ended(id, Past.TIME)));
    history.write();
    History.Page page = history.search(HistoryQuery.ALL, History.NEWEST, 2);
    history.add(Past.ended(5, Past.TIME));
    history.write();
    assertThat(history.search(HistoryQuery.ALL, page.older(), 9).entries())
        .extracting(HistoryEntry::id)
        .containsExactly(2L, 1L);
  }

  @Test
  void theSizeIsNeverExceededAndTheOldestGoFirst() throws IOException {
    History history = history();
    long id = 0;
    long most = 0;
    for (int round = 0; round < 300; round++) {
      for (int i = 0; i < 100; i++) {
        history.add(Past.ended(++id, Past.TIME));
      }
      history.write();
      most = Math.max(most, octetsOnDisk());
      assertThat(most).isLessThanOrEqualTo(Past.SETTINGS.maxSize());
    }
    List<Long> left = Past.ids(history);
    assertThat(left).isEqualTo(down(id, left.getLast()));
    assertThat(left.getLast()).isGreaterThan(1);
    assertThat(most).as("all of the room is used").isGreaterThan(Past.SETTINGS.maxSize() * 9L / 10);
  }

  @Test
  void aSmallerSizeIsHeldFromTheNextWriteOn() throws IOException {
    History history = history(new Retention(Duration.ofDays(7), 8 << 20, true, Duration.ZERO));
    for (int i = 0; i < 60_000; i++) {
      history.add(Past.ended(i, Past.TIME));
      if (i % 1000 == 0) {
        history.write();
      }
    }
    history.write();
    assertThat(octetsOnDisk()).isGreaterThan(2 << 20);
    history.settings(Past.SETTINGS);
    history.write();
    assertThat(octetsOnDisk()).isLessThanOrEqualTo(1 << 20);
    assertThat(Past.ids(history).getFirst()).isEqualTo(59_999);
  }

  @Test
  void whatIsOlderThanItMayBeIsNotFoundAndLittleLaterNotOnTheDisk() throws IOException {
    History history = history();
    history.add(Past.ended(1, clock.millis()));
    history.write();
    clock.pass(Duration.ofDays(1));
    history.add(Past.ended(2, clock.millis()));
    history.write();
    clock.pass(Duration.ofDays(6).plusMillis(1));
    assertThat(Past.ids(history)).containsExactly(2L);
    history.write();
    clock.pass(Duration.ofDays(1));
    history.write();
    assertThat(files()).as("an eighth of the time later the first file is gone").hasSize(1);
    clock.pass(Duration.ofDays(8));
    history.write();
    assertThat(files()).as("and the last one, though it was the one that is written").isEmpty();
    history.add(Past.ended(3, clock.millis()));
    history.write();
    assertThat(Past.ids(history)).containsExactly(3L);
  }

  @Test
  void aShorterTimeHoldsForFilesThatWereBegunUnderALongerOne() throws IOException {
    History history = history();
    history.add(Past.ended(1, clock.millis()));
    history.write();
    Files.setLastModifiedTime(files().getFirst(), FileTime.fromMillis(clock.millis()));
    history.settings(new Retention(Duration.ofHours(1), 1 << 20, true, Duration.ZERO));
    clock.pass(Duration.ofMinutes(59));
    history.write();
    assertThat(Past.ids(history)).containsExactly(1L);
    clock.pass(Duration.ofMinutes(1));
    history.write();
    assertThat(files()).isEmpty();
  }

  @Test
  void offMeansThatNothingIsKeptAndWhatWasKeptIsDeleted() throws IOException {
    History history = history();
    history.add(Past.ended(1, Past.TIME));
    history.write();
    history.settings(new Retention(Duration.ZERO, 1 << 20, true, Duration.ZERO));
    history.add(Past.ended(2, Past.TIME));
    history.write();
    assertThat(files()).isEmpty();
    assertThat(Past.ids(history)).isEmpty();
    history.settings(Past.SETTINGS);
    history.add(Past.ended(3, Past.TIME));
    history.write();
    assertThat(Past.ids(history)).containsExactly(3L);
  }

  @Test
  void withoutAddressesNothingTellsWhoItWasFromTheChangeOn() throws IOException {
    History history = history();
    history.add(personal(1));
    history.settings(withoutAddresses());
    history.add(personal(2));
    history.settings(Past.SETTINGS);
    history.add(personal(3));
    history.write();
    List<HistoryEntry> found = Past.all(history, HistoryQuery.ALL, 9);
    assertThat(found).extracting(HistoryEntry::user).containsExactly("ana", null, "ana");
    HistoryEntry nobody = found.get(1);
    assertThat(nobody.client()).isNull();
    assertThat(nobody.clientPort()).isZero();
    assertThat(nobody.outgoing()).isNull();
    assertThat(nobody.detail()).isNull();
    assertThat(nobody.destination()).isEqualTo("www.example.com");
    assertThat(found.getFirst().client()).isEqualTo(InetAddress.ofLiteral("192.0.2.7"));
    assertThat(Past.all(history, HistoryQuery.ofUser("ana"), 9)).hasSize(2);
  }

  @Test
  void withoutAddressesFromTheStartNoNameIsInAnyFile() throws IOException {
    History history = history(withoutAddresses());
    history.add(personal(1));
    history.close();
    assertThat(files()).isNotEmpty();
    for (Path file : files()) {
      assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
          .doesNotContain("ana", "quoted")
          .contains("www.example.com");
    }
  }

  private static Retention withoutAddresses() {
    return new Retention(Duration.ofDays(7), 1 << 20, false, Duration.ofDays(400));
  }

  private static EndedConnection personal(long id) {
    Past.Ended ended = new Past.Ended();
    ended.id = id;
    ended.ending = new Ending(EndReason.PROTOCOL_ERROR, "quoted");
    ended.outgoing = "192.0.2.99";
    return ended.made();
  }

  @Test
  void offFromTheStartMakesNoFolder() {
    History history = history(new Retention(Duration.ZERO, 1 << 20, true, Duration.ZERO));
    history.add(Past.ended(1, Past.TIME));
    history.write();
    assertThat(data.resolve(History.FOLDER)).doesNotExist();
  }

  @Test
  void whatOneStalledSecondCannotHoldIsDroppedAndCounted() {
    History history = history();
    int many = 2 * Pending.MAX_OCTETS / 60;
    for (int i = 1; i <= many; i++) {
      history.add(Past.ended(i, Past.TIME));
    }
    history.settings(new Retention(Duration.ofDays(7), 64 << 20, true, Duration.ZERO));
    history.write();
    long dropped = counters.sum(Counter.HISTORY_DROPPED);
    assertThat(dropped).isPositive();
    assertThat(Past.ids(history)).hasSize((int) (many - dropped)).last().isEqualTo(1L);
  }

  /** It said so at once when a clock was put forward, and never again when it was put back. */
  @Test
  void aClockThatJumpsDoesNotSayThatDroppingIsOver() {
    Logger logger = (Logger) LoggerFactory.getLogger(History.class);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    logger.addAppender(lines);
    try {
      History history = history();
      for (int i = 1; i <= 2 * Pending.MAX_OCTETS / 60; i++) {
        history.add(Past.ended(i, Past.TIME));
      }
      history.write();
      clock.pass(Duration.ofHours(1));
      history.write();
    } finally {
      logger.detachAppender(lines);
    }
    assertThat(lines.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .anyMatch(line -> line.contains("the history lacks some"))
        .noneMatch(line -> line.contains("complete again"));
  }

  @Test
  void aUsersEntriesCanBeDeletedAndTheOthersStay() throws IOException {
    History history = history();
    for (int i = 1; i <= 5_000; i++) {
      history.add(Past.ended(i, i % 3 == 0 ? "eva" : "ana"));
      if (i % 50 == 0) {
        history.write();
      }
    }
    assertThat(history.forget("eva")).isEqualTo(1666);
    assertThat(Past.all(history, HistoryQuery.ofUser("eva"), 100)).isEmpty();
    assertThat(Past.ids(history)).hasSize(3334).doesNotContain(3L, 6L);
    history.close();
    for (Path file : files()) {
      assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
          .doesNotContain("eva");
    }
    assertThat(history().forget("eva")).as("not opened yet").isZero();
    History again = history();
    again.write();
    assertThat(Past.ids(again)).as("the checksums are right").hasSize(3334);
  }
}
