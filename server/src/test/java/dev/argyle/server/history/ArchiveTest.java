package dev.argyle.server.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argyle.server.telemetry.AccessLog;
import dev.argyle.server.telemetry.Counters;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.Ending;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.server.telemetry.SecurityLog;
import dev.argyle.server.telemetry.Telemetry;
import dev.argyle.wire.UserName;
import dev.argyle.wire.socks.Command;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class ArchiveTest {
  private static final UserName ANA = UserName.of("ana");

  @TempDir Path data;
  private final Past.Clock clock = new Past.Clock();
  private final Telemetry telemetry =
      new Telemetry(new Counters(), AccessLog.none(), SecurityLog.none());
  private Archive archive = archive(Path.of("replaced"));

  private Archive archive(Path folder) {
    return new Archive(folder, Past.SETTINGS, telemetry, clock, _ -> true);
  }

  @BeforeEach
  void open() {
    telemetry.endListeners().clear();
    archive = archive(data);
  }

  @AfterEach
  void close() {
    archive.close();
  }

  private void connectionEnds(String user) {
    LiveConnection connection =
        telemetry
            .connections()
            .open(InetAddress.getLoopbackAddress(), 4000, clock.millis(), _ -> {});
    connection.authenticated(user);
    connection.requested(Command.CONNECT, "www.example.com", 443);
    connection.addUp(5);
    telemetry.ended(connection, Ending.of(EndReason.DONE), clock.millis());
  }

  @Test
  void whatEndsIsFoundSoonAndSoIsItsUsage() {
    archive.start();
    connectionEnds("ana");
    await().until(() -> Past.ids(archive.history()).size() == 1);
    connectionEnds("ana");
    await().until(() -> Past.ids(archive.history()).size() == 2);
    await().until(() -> archive.usage().of(List.of(ANA)).containsKey(ANA));
  }

  @Test
  void nothingIsOpenedBeforeTheStartAndNothingIsLost() {
    connectionEnds("ana");
    assertThat(data).isEmptyDirectory();
    archive.start();
    await().until(() -> Past.ids(archive.history()).size() == 1);
  }

  @Test
  void closingWritesTheRest() {
    archive.start();
    for (int i = 0; i < 500; i++) {
      connectionEnds("ana");
    }
    archive.close();
    Archive again = archive(data);
    again.start();
    await().until(() -> Past.ids(again.history()).size() == 500);
    await().until(() -> again.usage().of(List.of(ANA)).containsKey(ANA));
    assertThat(Objects.requireNonNull(again.usage().of(List.of(ANA)).get(ANA)).today())
        .isEqualTo(new Amount(2_500, 0, 500));
    again.close();
  }

  @Test
  void whoNeverStartedCloses() {
    archive.close();
    assertThat(data).isEmptyDirectory();
  }

  @Test
  void aPersonsEntriesAndUsageAreDeletedTogether() {
    archive.start();
    connectionEnds("ana");
    connectionEnds("eva");
    await().until(() -> Past.ids(archive.history()).size() == 2);
    Archive.Forgotten forgotten = archive.forget("ana");
    assertThat(forgotten).isEqualTo(new Archive.Forgotten(1, 1));
    assertThat(Past.all(archive.history(), HistoryQuery.ALL, 9))
        .extracting(HistoryEntry::user)
        .containsExactly("eva");
    assertThat(archive.usage().of(List.of(ANA))).isEmpty();
  }
}
