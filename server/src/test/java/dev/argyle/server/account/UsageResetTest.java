package dev.argyle.server.account;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.config.UsagePeriod;
import dev.argyle.server.telemetry.AccountUsage;
import dev.argyle.server.telemetry.AccountUsage.Unstored;
import dev.argyle.server.telemetry.AccountUsage.Used;
import dev.argyle.server.telemetry.ConnectionTable;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.wire.UserName;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A period that is reset beside writes: the store and the server have the same of it, whichever of
 * reset, write and the news of the reset comes first. Here nothing is written or told by itself.
 */
@Tag("unit")
class UsageResetTest {

  private static final LiveConnection.UsageSink NOWHERE = (_, _, _, _) -> {};
  private static final InetAddress CLIENT = InetAddress.ofLiteral("192.0.2.9");

  @TempDir Path data;
  private AccountBook book;
  private Sqlite file;
  private Sql sql;
  private UsageTable table;
  private AccountUsage usage;
  private LiveConnection live;

  @BeforeEach
  void open() throws Exception {
    book = Book.open(data);
    book.add(UserName.of("ana"), Book.octets("secret"), false);
    file = new Sqlite(data.resolve(AccountBook.FILE));
    sql = file.connect();
    table = new UsageTable(sql);
    usage =
        new AccountUsage(
            sql.number("SELECT id FROM account"),
            Used.NOTHING,
            0,
            UsagePeriod.parse("total"),
            InstantSource.system(),
            ZoneOffset.UTC,
            _ -> {});
    live = new ConnectionTable().open(CLIENT, 4000, Book.NOW_MILLIS, _ -> {});
    live.authenticated("ana", 1, usage);
  }

  @AfterEach
  void close() {
    file.close();
    book.close();
  }

  private void pass(int octets) {
    live.addUp(octets);
    live.count(NOWHERE);
  }

  private Unstored take() {
    return requireNonNull(usage.unstored());
  }

  private void write(Unstored what) {
    usage.stored(what, requireNonNull(table.add(List.of(what)))[0]);
  }

  private void reset() {
    Map<String, @Nullable String> changes = Map.of("usage", "reset");
    assertThat(book.setAttributes(UserName.of("ana"), changes)).isEqualTo(new Outcome.Done());
  }

  private void learn() {
    usage.reset(UsageTable.resets(sql, usage.account()));
  }

  private Used stored() {
    return requireNonNull(book.find(UserName.of("ana"))).used();
  }

  private void assertUsed(int all, int inPeriod) {
    assertThat(stored().up()).isEqualTo(all);
    assertThat(stored().periodUp()).isEqualTo(inPeriod);
    assertThat(usage.now().up()).isEqualTo(all);
    assertThat(usage.now().periodUp()).isEqualTo(inPeriod);
  }

  @Test
  void whatIsOnItsWayToTheStoreIsNotInThePeriodThatTheResetBegins() {
    pass(5);
    Unstored underWay = take();
    reset();
    learn();
    write(underWay);
    assertUsed(5, 0);
    pass(3);
    write(take());
    assertUsed(8, 3);
  }

  @Test
  void whatIsWrittenBeforeTheServerLearnsOfTheResetIsNotInItEither() {
    write(take()); // the store has a row
    pass(5);
    reset();
    write(take());
    assertUsed(5, 0);
    pass(3);
    learn(); // what it has known since the write
    write(take());
    assertUsed(8, 3);
  }

  @Test
  void aServerThatCouldNotAskForTheNumberLearnsItFromTheNextWrite() {
    pass(5);
    reset();
    usage.reset(AccountUsage.NO_RESET_KNOWN);
    write(take());
    pass(3);
    write(take());
    assertUsed(8, 3);
  }

  @Test
  void inWhateverOrderTheyHaveTheSame() {
    Random random = new Random(3);
    Unstored underWay = null;
    int passed = 0;
    for (int step = 0; step < 400; step++) {
      switch (random.nextInt(6)) {
        case 0 -> reset();
        case 1 -> learn();
        case 2, 3 -> {
          if (underWay == null) {
            underWay = take();
          } else {
            write(underWay);
            underWay = null;
          }
        }
        default -> {
          pass(7);
          passed += 7;
        }
      }
      if (step % 20 == 19) { // nothing is under way
        if (underWay != null) {
          write(underWay);
          underWay = null;
        }
        write(take());
        learn();
        assertThat(stored().up()).isEqualTo(passed).isEqualTo(usage.now().up());
        assertThat(stored().periodUp()).isEqualTo(usage.now().periodUp());
      }
    }
  }
}
