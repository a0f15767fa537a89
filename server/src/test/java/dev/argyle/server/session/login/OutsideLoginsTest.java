package dev.argyle.server.session.login;

import static dev.argyle.server.session.login.LoginRig.octets;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.argyle.server.admission.TurnQueue;
import dev.argyle.server.outside.Answer;
import dev.argyle.server.outside.Authority;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Counters;
import dev.argyle.wire.UserName;
import dev.argyle.wire.socks.Credentials;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Logins that somebody outside decides: in which order, who is let in, and who is asked at all. */
@Tag("unit")
class OutsideLoginsTest {

  private static final Answer YES = new Answer.Allowed(Map.of("plan", "gold"), Duration.ofHours(1));
  private static final Answer FORGET = new Answer.Allowed(Map.of(), Duration.ZERO);
  private static final Answer NO = new Answer.Denied();
  private static final Answer AWAY = new Answer.Unknown("it is away");

  /** Says what the test wants it to; remembers what it was asked. */
  private static final class Service implements Authority {

    private final String name;
    final List<String> asked = new CopyOnWriteArrayList<>();
    volatile Answer answer = NO;
    final Queue<Answer> first = new ConcurrentLinkedQueue<>(); // before that one
    volatile CountDownLatch gate = new CountDownLatch(0);

    Service(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Answer ask(Asked question) {
      asked.add(question.name() + ":" + new String(question.password(), StandardCharsets.UTF_8));
      try {
        gate.await();
      } catch (InterruptedException ended) {
        Thread.currentThread().interrupt();
      }
      Answer next = first.poll();
      return next == null ? answer : next;
    }
  }

  @TempDir Path data;
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Counters counters = new Counters();
  private final Service http = new Service("http");
  private final Service ldap = new Service("ldap");
  private LoginRig rig;

  @BeforeEach
  void open() throws Exception {
    rig = new LoginRig(data, 10);
    log.start();
    logger().addAppender(log);
  }

  @AfterEach
  void close() {
    http.gate.countDown();
    logger().detachAppender(log);
    rig.close();
  }

  private static Logger logger() {
    return (Logger) LoggerFactory.getLogger(OutsideLogins.class);
  }

  /** Null stands for the accounts' own passwords. */
  private OutsideLogins order(@Nullable Service... services) {
    List<OutsideLogins.Step> steps = new ArrayList<>();
    for (@Nullable Service service : services) {
      steps.add(new OutsideLogins.Step(service));
    }
    OutsideLogins outside = new OutsideLogins(rig.accounts, steps, 8, counters.shared());
    rig.logins.outside(outside);
    return outside;
  }

  private LoginRig.Client begin(String user, String password) {
    return begin(rig.client(), user, password);
  }

  private LoginRig.Client begin(LoginRig.Client client, String user, String password) {
    new PasswordLogin(client, rig.logins, new Credentials(octets(user), octets(password))).begin();
    return client;
  }

  private String login(String user, String password) {
    LoginRig.Client client = begin(user, password);
    rig.runUntil(() -> !client.told.isEmpty());
    return client.told.getFirst();
  }

  private void add(String user, String password) {
    rig.addUser(user, password);
  }

  @Test
  void whoIsKnownOutsideIsLetInAndHasAnAccountWithItsPlan() {
    order(null, http);
    http.answer = YES;
    LoginRig.Client client = begin("ana", "secret");
    rig.runUntil(() -> !client.told.isEmpty());
    assertThat(client.told).containsExactly("accepted");
    assertThat(client.user()).isEqualTo("ana");
    assertThat(requireNonNull(rig.accounts.find(UserName.of("ana"))).own().plan())
        .isEqualTo("gold");
    rig.assertNobodyIsPenalised();
  }

  @Test
  void whoIsRememberedIsNotAskedForAndGetsInWhileTheServiceIsAway() {
    order(null, http);
    http.answer = YES;
    assertThat(login("ana", "secret")).isEqualTo("accepted");
    http.answer = AWAY;
    assertThat(login("ana", "secret")).isEqualTo("accepted");
    assertThat(login("ana", "other")).isEqualTo("unjudged");
    assertThat(login("ben", "secret")).isEqualTo("unjudged");
    assertThat(http.asked).containsExactly("ana:secret", "ana:other", "ben:secret");
    rig.assertNobodyIsPenalised();
  }

  @Test
  void aServiceThatIsAwayIsToldOnceAndWhenItIsBack() {
    order(http);
    http.answer = AWAY;
    for (int i = 0; i < 3; i++) {
      assertThat(login("ana", "secret")).isEqualTo("unjudged");
    }
    http.answer = FORGET;
    assertThat(login("ana", "secret")).isEqualTo("accepted");
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .satisfiesExactly(
            away -> assertThat(away).contains("accounts.http").contains("it is away"),
            back -> assertThat(back).contains("answers again"));
    assertThat(log.list).noneMatch(event -> event.getFormattedMessage().contains("secret"));
    assertThat(counters.sum(Counter.OUTSIDE_LOGINS)).isEqualTo(4);
    assertThat(counters.sum(Counter.OUTSIDE_LOGINS_UNKNOWN)).isEqualTo(3);
  }

  @Test
  void aWrongPasswordOutsideIsLoggedAndPenalisedAsOneHere() {
    order(null, http);
    assertThat(login("ana", "wrong")).isEqualTo("rejected");
    assertThat(rig.count(Counter.AUTHENTICATION_FAILURES)).isEqualTo(1);
    assertThat(rig.admission.penalties().sources()).isEqualTo(1);
    assertThat(rig.accounts.find(UserName.of("ana"))).isNull();
  }

  @Test
  void aSourceThatIsRefusedIsNotAskedFor() {
    order(http);
    http.answer = YES;
    LoginRig.Client client = rig.client();
    rig.penalise();
    assertThat(begin(client, "ana", "secret").told).isEmpty(); // held back, as its rejection is
    assertThat(http.asked).isEmpty();
  }

  @Test
  void aNameWithAPasswordHereIsDecidedHereAlone() {
    order(null, http);
    http.answer = YES;
    add("boss", "secret");
    assertThat(login("boss", "wrong")).isEqualTo("rejected");
    assertThat(login("boss", "secret")).isEqualTo("accepted");
    assertThat(http.asked).isEmpty();
  }

  @Test
  void theOrderIsKeptAndANoLeavesItToTheNext() {
    order(http, ldap, null);
    add("ben", "secret");
    assertThat(login("ben", "secret")).as("here, in the end").isEqualTo("accepted");
    assertThat(http.asked).hasSize(1);
    assertThat(ldap.asked).hasSize(1);
    ldap.answer = FORGET;
    assertThat(login("ana", "secret")).isEqualTo("accepted");
    http.answer = FORGET;
    assertThat(login("eva", "secret")).isEqualTo("accepted");
    assertThat(ldap.asked).containsExactly("ben:secret", "ana:secret");
  }

  @Test
  void aNoBehindOneWhoIsAwayIsNoDenial() {
    order(http, ldap);
    http.answer = AWAY;
    assertThat(login("ana", "secret")).isEqualTo("unjudged");
    ldap.answer = FORGET;
    assertThat(login("ana", "secret")).isEqualTo("accepted");
  }

  @Test
  void withoutLocalInTheOrderNoPasswordOfAnAccountIsTaken() {
    order(http);
    add("ben", "secret");
    assertThat(login("ben", "secret")).isEqualTo("rejected");
  }

  @Test
  void aDisabledAccountIsRejectedWhateverOthersSayAndTakesAsLongAsOthers() {
    order(null, http);
    http.answer = YES;
    assertThat(login("ana", "secret")).isEqualTo("accepted");
    rig.accounts.setEnabled(UserName.of("ana"), false);
    assertThat(login("ana", "secret")).isEqualTo("rejected");
    assertThat(http.asked).hasSize(2);
  }

  @Test
  void octetsThatAreNoTextAreNotSentAnywhere() {
    order(http);
    http.answer = YES;
    LoginRig.Client client = rig.client();
    Credentials odd = new Credentials(octets("ana"), new byte[] {(byte) 0xff});
    new PasswordLogin(client, rig.logins, odd).begin();
    rig.runUntil(() -> !client.told.isEmpty());
    assertThat(client.told).containsExactly("rejected");
    assertThat(http.asked).isEmpty();
  }

  @Test
  void theSameQuestionOfAClientIsAskedOnce() {
    order(http);
    http.answer = FORGET;
    http.gate = new CountDownLatch(1);
    LoginRig.Client one = begin("ana", "secret");
    LoginRig.Client other = begin("ana", "secret");
    rig.runUntil(() -> !http.asked.isEmpty());
    http.gate.countDown();
    rig.runUntil(() -> !one.told.isEmpty() && !other.told.isEmpty());
    assertThat(one.told).containsExactly("accepted");
    assertThat(other.told).containsExactly("accepted");
    assertThat(http.asked).hasSize(1);
  }

  @Test
  void whoJoinsAQuestionThatAllOthersHaveLeftGetsATrueAnswer() {
    order(http);
    http.first.add(new Answer.Unwanted()); // it looked between the one's end and the other's start
    http.answer = FORGET;
    http.gate = new CountDownLatch(1);
    LoginRig.Client one = begin("ana", "secret");
    rig.runUntil(() -> !http.asked.isEmpty());
    one.waiting = false;
    LoginRig.Client other = begin("ana", "secret");
    rig.loop.runNow();
    http.gate.countDown();
    rig.runUntil(() -> !other.told.isEmpty());
    assertThat(other.told).containsExactly("accepted");
    assertThat(http.asked).containsExactly("ana:secret", "ana:secret");
    assertThat(log.list).as("nobody is silent").isEmpty();
    assertThat(counters.sum(Counter.OUTSIDE_LOGINS)).isEqualTo(1);
  }

  @Test
  void aQuestionThatAllHaveLeftEndsAndTheNextClientAsksAnew() {
    OutsideLogins outside = order(http);
    Credentials ana = new Credentials(octets("ana"), octets("secret"));
    var nobody = outside.judge(ana, LoginRig.SOURCE, "192.0.2.9:1080", () -> false);
    assertThat(nobody.join()).isInstanceOf(OutsideLogins.Judgement.Unknown.class);
    assertThat(http.asked).isEmpty();
    http.answer = FORGET;
    assertThat(login("ana", "secret")).isEqualTo("accepted");
    assertThat(log.list).isEmpty();
  }

  @Test
  void aSourceHasAQuarterOfTheQuestionsAndWhoHasLeftIsNotAskedFor() {
    TurnQueue turns = order(http).turns();
    List<TurnQueue.Turn> taken = LoginRig.takeAll(turns, 2); // of 8
    LoginRig.Client client = rig.client();
    PasswordLogin login =
        new PasswordLogin(client, rig.logins, new Credentials(octets("ana"), octets("secret")));
    login.begin();
    rig.loop.runNow();
    assertThat(turns.waiting()).isEqualTo(1);
    client.waiting = false;
    login.leave();
    assertThat(turns.waiting()).isZero();
    taken.forEach(TurnQueue.Turn::end);
    rig.loop.runNow();
    assertThat(http.asked).isEmpty();
    LoginRig.assertAllAreFree(turns, 2);
  }

  @Test
  void whereTooManyWaitTheClientIsToldThatNobodyKnows() {
    LoginRig.fill(order(http).turns());
    assertThat(begin("ana", "secret").told).containsExactly("unjudged");
    rig.assertNobodyIsPenalised();
  }

  @Test
  void somebodyCouldHaveCredentialsThoughThereAreNoAccounts() {
    assertThat(rig.logins.nobodyHasAPassword()).isTrue();
    order(http);
    assertThat(rig.logins.nobodyHasAPassword()).isFalse();
  }
}
