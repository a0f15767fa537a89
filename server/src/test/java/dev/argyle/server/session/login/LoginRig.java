package dev.argyle.server.session.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argyle.server.account.AccountBook;
import dev.argyle.server.account.DataProblem;
import dev.argyle.server.account.ImportFile;
import dev.argyle.server.admission.Admission;
import dev.argyle.server.admission.Admitted;
import dev.argyle.server.admission.Penalties;
import dev.argyle.server.admission.TurnQueue;
import dev.argyle.server.config.Accounts;
import dev.argyle.server.session.gssapi.Negotiation;
import dev.argyle.server.telemetry.ConnectionTable;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Counters;
import dev.argyle.server.telemetry.Door;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.server.telemetry.LoopCounters;
import dev.argyle.server.telemetry.SecurityLog;
import dev.argyle.wire.UserName;
import io.netty.channel.EventLoop;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.local.LocalIoHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Real accounts and admission; the test's thread is the loop, and its clock stands still. */
final class LoginRig implements AutoCloseable {

  static final InetAddress SOURCE = InetAddress.ofLiteral("192.0.2.1");

  final MockTicker clock = Ticker.newMockTicker();
  final ManualIoEventLoop loop =
      new ManualIoEventLoop(null, Thread.currentThread(), LocalIoHandler.newFactory(), clock);
  final AccountBook accounts;
  final Admission admission =
      new Admission(
          new Admission.Settings(100, 100, true),
          SecurityLog.none(),
          Admission.PASSWORDS_OF_A_SOURCE,
          clock::nanoTime,
          () -> 0.5);
  final Logins logins;
  private final Counters counters = new Counters();
  private final ConnectionTable connections = new ConnectionTable();

  LoginRig(Path data, int maxUsers) throws DataProblem {
    accounts = AccountBook.open(data, new Accounts(null, maxUsers));
    logins = new Logins(accounts, admission, connections);
  }

  void addUser(String name, String password) {
    accounts.add(UserName.of(name), octets(password), false);
  }

  void importUser(String name, String hash) {
    accounts.importAll(List.of(new ImportFile.Line(UserName.of(name), hash, true, 1)));
  }

  /** A user whose right password is known without a hash. */
  void addTemporary(String name, String password) {
    accounts.addTemporary(UserName.of(name), octets(password));
  }

  static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  Client client() {
    return new Client();
  }

  long count(Counter counter) {
    return counters.sum(counter);
  }

  /** Runs the loop over and over, for work on other threads comes back to it. */
  void runUntil(BooleanSupplier done) {
    await()
        .pollInSameThread()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              loop.runNow();
              return done.getAsBoolean();
            });
  }

  private void endLoop() {
    Future<?> ended = loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    for (int i = 0; i < 1_000 && !ended.isDone(); i++) {
      clock.advanceMillis(1); // the loop ends by its own clock
      loop.runNow();
    }
    assertThat(ended.isDone()).as("the loop has ended").isTrue();
  }

  /** Gives a turn, and lets the client leave before what it asked for can have ended. */
  void leaveOnceUnderWay(Client client, Login login) {
    loop.execute( // behind the turn, which is on its way already
        () -> {
          client.waiting = false;
          login.leave();
        });
    loop.runNow();
  }

  /** The source is refused from now on. */
  void penalise() {
    while (!admission.isPenalised(SOURCE)) {
      admission.penalties().penalise(SOURCE, Penalties.Reason.MALFORMED);
    }
  }

  /** All turns that the source may have, which nobody else holds. */
  static List<TurnQueue.Turn> takeAll(TurnQueue queue, int ofASource) {
    List<TurnQueue.Turn> taken = new ArrayList<>();
    List<TurnQueue.@Nullable Turn> asked = new ArrayList<>();
    for (int i = 0; i < ofASource; i++) {
      asked.add(queue.ask(SOURCE, taken::add));
    }
    assertThat(taken).as("turns that nobody else holds").hasSize(ofASource).isEqualTo(asked);
    return taken;
  }

  static void assertAllAreFree(TurnQueue queue, int ofASource) {
    takeAll(queue, ofASource).forEach(TurnQueue.Turn::end);
  }

  /** Takes every turn of the source, and every place to wait for one. */
  static void fill(TurnQueue queue) {
    TurnQueue.Turn place;
    do {
      place = queue.ask(SOURCE, _ -> {});
    } while (place != null);
  }

  void assertNobodyIsPenalised() {
    assertThat(count(Counter.AUTHENTICATION_FAILURES)).isZero();
    assertThat(admission.penalties().sources()).isZero();
  }

  @Override
  public void close() {
    endLoop();
    accounts.close();
  }

  /** One client, what it was told, and whether it is still there. */
  final class Client implements LoginClient {

    final List<String> told = new ArrayList<>();
    final List<Negotiation.Step> steps = new ArrayList<>();
    final List<Duration> heldBack = new ArrayList<>();
    final List<Throwable> bugs = new ArrayList<>();
    boolean waiting = true;
    @Nullable RuntimeException bugOfOurs;
    volatile @Nullable RuntimeException bugOfTheLoop;
    private final LiveConnection live = connections.open(SOURCE, 4711, 1, _ -> {});
    private final LoopCounters tally = counters.forLoop();
    private final Admitted admitted =
        Objects.requireNonNull(admission.admits(Door.SOCKS, SOURCE, tally));

    @Nullable String user() {
      return live.user();
    }

    @Override
    public LiveConnection client() {
      return live;
    }

    @Override
    public String listener() {
      return "192.0.2.9:1080";
    }

    @Override
    public Admitted admitted() {
      return admitted;
    }

    @Override
    public EventLoop loop() {
      RuntimeException bug = bugOfTheLoop;
      if (bug != null) {
        throw bug;
      }
      return loop;
    }

    @Override
    public LoopCounters counters() {
      return tally;
    }

    @Override
    public boolean isWaiting() {
      return waiting;
    }

    @Override
    public void judged(boolean accepted) {
      tell(accepted ? "accepted" : "rejected");
    }

    @Override
    public void unjudged(String why) {
      tell("unjudged");
    }

    @Override
    public void negotiated(Negotiation.Step step) {
      steps.add(step);
      tell(step.getClass().getSimpleName());
    }

    /** As the handshake does: only who waits is told, and once. */
    private void tell(String words) {
      if (bugOfOurs != null) {
        throw bugOfOurs;
      }
      if (waiting) {
        told.add(words);
        waiting = false;
      }
    }

    @Override
    public void answerHeldBack(long delayNanos) {
      heldBack.add(Duration.ofNanos(delayNanos));
    }

    @Override
    public void onBug(Throwable bug) {
      bugs.add(bug);
    }
  }
}
