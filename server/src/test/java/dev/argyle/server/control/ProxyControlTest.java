package dev.argyle.server.control;

import static dev.argyle.server.control.ManagedServer.PASSWORD;
import static dev.argyle.server.control.ManagedServer.octets;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argyle.server.admission.Penalties;
import dev.argyle.server.config.Endpoint;
import dev.argyle.server.history.History;
import dev.argyle.server.history.HistoryQuery;
import dev.argyle.server.history.Usage;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Door;
import dev.argyle.server.telemetry.Journal;
import dev.argyle.wire.Source;
import dev.argyle.wire.UserName;
import dev.argyle.wire.bottler.BottlerToken;
import dev.argyle.wire.socks.Command;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("unit")
class ProxyControlTest {

  private static final InetSocketAddress CLIENT =
      new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 4711);

  private static final InetAddress PENALISED = InetAddress.ofLiteral("192.0.2.77");

  private static long open; // the number of an open connection

  /** A call to the control. */
  private interface Call {
    @Nullable Object by(ProxyControl control, Actor who);
  }

  private static final UserName ANA = UserName.of("ana");

  /** Every public method that takes an actor, by the operation that it stands for. */
  private static final Map<Operation, List<Call>> CALLS =
      Map.ofEntries(
          Map.entry(
              Operation.LIST_USERS,
              List.of(
                  (c, who) -> c.enabledUsers(who, 1),
                  (c, who) -> c.users(who, null, 1),
                  (c, who) -> c.userPages(who, 100, 1),
                  (c, who) -> c.userPage(who, 1, 100, 1),
                  (c, who) -> c.userControl().page(who, null, null, 1),
                  (c, who) -> c.userControl().find(who, ANA))),
          Map.entry(
              Operation.COUNTERS,
              List.of(
                  ProxyControl::metrics, ProxyControl::userCount, ProxyControl::usersConnected)),
          Map.entry(Operation.LAST_CONNECTION, List.of((c, who) -> c.lastConnection(who, ANA))),
          Map.entry(Operation.USER_CONNECTIONS, List.of((c, who) -> c.connectionsOf(who, ANA))),
          Map.entry(
              Operation.LIST_CONNECTIONS,
              List.of(
                  (c, who) -> c.connections(who, 0, 1, null),
                  (c, who) -> c.connectionControl().page(who, ConnectionFilter.ALL, 0, 1),
                  (c, who) -> c.connectionControl().find(who, open))),
          Map.entry(
              Operation.HISTORY,
              List.of(
                  (c, who) -> c.endedAfter(who, 0, 1),
                  (c, who) -> c.history(who, Journal.NEWEST, 1),
                  (c, who) -> c.historyControl().search(who, HistoryQuery.ALL, History.NEWEST, 1))),
          Map.entry(
              Operation.USAGE,
              List.of(
                  (c, who) ->
                      c.historyControl().usage(who, ANA, null, null, Usage.Cursor.NEWEST, 1),
                  (c, who) -> c.historyControl().usageOf(who, List.of(ANA)))),
          change(Operation.FORGET_USER, (c, who) -> c.historyControl().forget(who, ANA).result()),
          Map.entry(Operation.MALFORMED, List.of((c, who) -> c.securityControl().malformed(who))),
          Map.entry(
              Operation.RULES,
              List.of(
                  (c, who) -> c.ruleControl().rules(who), (c, who) -> c.ruleControl().lists(who))),
          Map.entry(
              Operation.EXPLAIN,
              List.of(
                  (c, who) ->
                      c.ruleControl()
                          .explain(
                              who,
                              new RuleControl.Asked(
                                  null,
                                  CLIENT.getAddress(),
                                  Command.CONNECT,
                                  new Endpoint("192.0.2.9", 80))))),
          Map.entry(
              Operation.PENALTIES,
              List.of(
                  (c, who) -> c.securityControl().penalties(who, null, 1),
                  (c, who) -> c.securityControl().penalised(who))),
          Map.entry(
              Operation.CHANGES,
              List.of((c, who) -> c.securityControl().changes(who, Long.MAX_VALUE, 1))),
          Map.entry(
              Operation.READ_SETTINGS,
              List.of(ProxyControl::settings, ProxyControl::configuredSettings)),
          Map.entry(
              Operation.STATUS,
              List.of(
                  ProxyControl::listening,
                  ProxyControl::draining,
                  (c, who) -> c.historyControl().isKept(who))),
          change(
              Operation.ADD_USER,
              (c, who) -> c.addUser(who, UserName.of("ben"), octets(PASSWORD)),
              (c, who) -> c.userControl().add(who, UserName.of("eva"), octets(PASSWORD), true)),
          change(
              Operation.REMOVE_USER,
              (c, who) -> c.removeUser(who, ANA),
              (c, who) -> c.userControl().remove(who, ANA)),
          change(
              Operation.RENAME_USER,
              (c, who) -> c.renameUser(who, ANA, UserName.of("anna")),
              (c, who) -> c.userControl().rename(who, ANA, UserName.of("anna"))),
          change(
              Operation.SET_PASSWORD,
              (c, who) -> c.setPassword(who, ANA, octets("new")),
              (c, who) -> c.userControl().setPassword(who, ANA, octets("new"))),
          change(
              Operation.ENABLE_USER,
              (c, who) -> c.setEnabled(who, ANA, false),
              (c, who) -> c.userControl().setEnabled(who, ANA, false)),
          change(
              Operation.SET_ADMINISTRATOR,
              (c, who) -> c.setAdministrator(who, ANA, true),
              (c, who) -> c.userControl().setAdministrator(who, ANA, true)),
          change(Operation.SET_VIEWER, (c, who) -> c.userControl().setViewer(who, ANA, true)),
          change(
              Operation.SET_ATTRIBUTES,
              (c, who) ->
                  c.userControl()
                      .setAttributes(who, ANA, new TreeMap<>(Map.of("connections", "5")))),
          change(
              Operation.KILL,
              (c, who) -> c.kill(who, open),
              (c, who) -> c.connectionControl().kill(who, List.of(open)).result(),
              (c, who) ->
                  c.connectionControl().kill(who, ConnectionFilter.ALL, Long.MAX_VALUE).result()),
          change(Operation.SET_IDLE_TIMEOUT, (c, who) -> c.setIdleTimeout(who, 5)),
          change(Operation.SET_SELECTOR_TIMEOUT, (c, who) -> c.setSelectorTimeout(who, 50)),
          change(Operation.SET_BUFFER_SIZE, (c, who) -> c.setBufferSize(who, 8192)),
          change(Operation.SWITCH_AUTHENTICATION, (c, who) -> c.switchAuthentication(who, false)),
          change(Operation.SWITCH_DISSECTORS, (c, who) -> c.switchDissectors(who, true)),
          change(Operation.START, ProxyControl::start),
          change(Operation.STOP, ProxyControl::stop),
          change(Operation.RESET, ProxyControl::reset),
          change(Operation.DRAIN, ProxyControl::drain),
          change(
              Operation.FORGIVE,
              (c, who) -> c.securityControl().forgive(who, Source.of(PENALISED))));

  private static Map.Entry<Operation, List<Call>> change(Operation operation, Call... calls) {
    return Map.entry(operation, List.of(calls));
  }

  @TempDir Path data;
  private ManagedServer server;
  private ProxyControl control;

  @BeforeEach
  void start() throws Exception {
    server = new ManagedServer(data);
    server.archive.start();
    control = server.control();
    open =
        server.telemetry.connections().open(CLIENT.getAddress(), CLIENT.getPort(), 1, _ -> {}).id();
    server.admission.penalties().penalise(PENALISED, Penalties.Reason.MALFORMED);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static Actor actor(Operation.Right right, Door door) {
    return new Actor("admin", right, door, CLIENT.getAddress());
  }

  private static final Actor ADMINISTRATOR = actor(Operation.Right.ADMINISTER, Door.HTTP);

  private static List<Call> calls(Operation operation) {
    return Objects.requireNonNull(CALLS.get(operation));
  }

  @Test
  void everyPublicMethodNamesItsActorAndIsAmongTheCalls() {
    List<Method> operations =
        PARTS.stream()
            .flatMap(part -> Stream.of(part.getDeclaredMethods()))
            .filter(method -> Modifier.isPublic(method.getModifiers()))
            .filter(method -> !COMING_IN.contains(method.getName()))
            .toList();
    assertThat(operations)
        .allSatisfy(method -> assertThat(method.getParameterTypes()).startsWith(Actor.class))
        .hasSize(CALLS.values().stream().mapToInt(List::size).sum());
    assertThat(CALLS).containsOnlyKeys(Operation.values());
  }

  /** How actors come about, and what is asked about them. */
  private static final Set<String> COMING_IN =
      Set.of(
          "login",
          "holderOf",
          "anonymous",
          "openSession",
          "may",
          "userControl",
          "connectionControl",
          "ruleControl",
          "securityControl",
          "historyControl");

  private static final List<Class<?>> PARTS =
      List.of(
          ProxyControl.class,
          UserControl.class,
          ConnectionControl.class,
          RuleControl.class,
          SecurityControl.class,
          HistoryControl.class);

  @ParameterizedTest
  @EnumSource
  void onlyWhoHasTheRightDoesItAndOnlyByADoorThatOffersIt(Operation operation) {
    for (Door door : Door.values()) {
      for (Operation.Right right : Operation.Right.values()) {
        Actor actor = actor(right, door);
        boolean mayDoIt =
            operation.doors().contains(door)
                && (right == Operation.Right.ADMINISTER
                    || operation.right() == Operation.Right.READ);
        assertThat(control.may(actor, operation)).isEqualTo(mayDoIt);
        for (Call call : calls(operation)) {
          assertThat(isDone(call, actor)).as("%s by %s", right, door).isEqualTo(mayDoIt);
        }
      }
    }
  }

  private boolean isDone(Call call, Actor actor) {
    try {
      return !(call.by(control, actor) instanceof Result.NotAllowed);
    } catch (SecurityException refused) {
      return false;
    }
  }

  static Stream<Operation> changes() {
    return Stream.of(Operation.values())
        .filter(operation -> operation.right() == Operation.Right.ADMINISTER)
        .filter(operation -> operation != Operation.MALFORMED);
  }

  @ParameterizedTest
  @MethodSource("changes")
  void everyChangeIsMade(Operation operation) {
    assertThat(calls(operation).getFirst().by(control, ADMINISTRATOR)).isEqualTo(new Result.Done());
  }

  @ParameterizedTest
  @CsvSource({"0,true", "86400,true", "86401,false", "4294967295,false"})
  void idleTimeoutIsUpToADay(long seconds, boolean taken) {
    long before = control.settings(ADMINISTRATOR).idleSeconds();
    assertThat(control.setIdleTimeout(ADMINISTRATOR, seconds) instanceof Result.Done)
        .isEqualTo(taken);
    assertThat(control.settings(ADMINISTRATOR).idleSeconds()).isEqualTo(taken ? seconds : before);
  }

  @ParameterizedTest
  @CsvSource({"9,false", "10,true", "60000,true", "60001,false"})
  void selectorTimeoutHasItsRange(long millis, boolean taken) {
    assertThat(control.setSelectorTimeout(ADMINISTRATOR, millis) instanceof Result.Done)
        .isEqualTo(taken);
    assertThat(control.settings(ADMINISTRATOR).selectorMillis()).isEqualTo(taken ? millis : 1000);
    assertThat(server.driver.told.contains("sweepEvery " + millis)).isEqualTo(taken);
  }

  @ParameterizedTest
  @CsvSource({"4095,false", "4096,true", "1048576,true", "1048577,false", "4294967295,false"})
  void bufferSizeHasItsRange(long octets, boolean taken) {
    assertThat(control.setBufferSize(ADMINISTRATOR, octets) instanceof Result.Done)
        .isEqualTo(taken);
    assertThat(control.settings(ADMINISTRATOR).bufferOctets())
        .isEqualTo(taken ? (int) octets : 65536);
  }

  @Test
  void stoppedSideListensAgainWhereItDid() {
    InetSocketAddress before = control.listening(ADMINISTRATOR).getFirst();
    control.stop(ADMINISTRATOR);
    assertThat(control.listening(ADMINISTRATOR)).isEmpty();
    assertThat(server.driver.told).contains("stopListening", "endAll DRAINED");
    control.start(ADMINISTRATOR);
    assertThat(control.listening(ADMINISTRATOR)).isEqualTo(List.of(before));
    control.reset(ADMINISTRATOR);
    assertThat(control.listening(ADMINISTRATOR)).isEqualTo(List.of(before));
  }

  @Test
  void drainedSideAcceptsNobodyEndsNobodyAndListensAgain() {
    InetSocketAddress before = control.listening(ADMINISTRATOR).getFirst();
    assertThat(control.draining(ADMINISTRATOR)).isFalse();
    assertThat(control.drain(ADMINISTRATOR)).isEqualTo(new Result.Done());
    assertThat(control.draining(ADMINISTRATOR)).isTrue();
    assertThat(control.listening(ADMINISTRATOR)).isEmpty();
    assertThat(server.driver.told).contains("stopListening").doesNotContain("endAll DRAINED");
    control.drain(ADMINISTRATOR);
    assertThat(control.draining(ADMINISTRATOR)).as("twice is once").isTrue();
    control.start(ADMINISTRATOR);
    assertThat(control.draining(ADMINISTRATOR)).isFalse();
    assertThat(control.listening(ADMINISTRATOR)).containsExactly(before);
    control.drain(ADMINISTRATOR);
    control.stop(ADMINISTRATOR);
    assertThat(control.draining(ADMINISTRATOR)).as("stopped").isFalse();
    control.drain(ADMINISTRATOR);
    assertThat(control.draining(ADMINISTRATOR)).as("nobody is there to go on").isFalse();
  }

  @Test
  void configuredSettingsAreToldBesideThoseThatADoorHasSet() {
    Settings configured = control.settings(ADMINISTRATOR);
    control.setIdleTimeout(ADMINISTRATOR, 5);
    control.setSelectorTimeout(ADMINISTRATOR, 50);
    control.setBufferSize(ADMINISTRATOR, 8192);
    control.switchAuthentication(ADMINISTRATOR, true);
    control.switchDissectors(ADMINISTRATOR, true);
    assertThat(control.settings(ADMINISTRATOR)).isEqualTo(new Settings(5, 50, 8192, true, true));
    assertThat(control.configuredSettings(ADMINISTRATOR)).isEqualTo(configured);
    control.reset(ADMINISTRATOR);
    assertThat(control.settings(ADMINISTRATOR)).isEqualTo(configured);
  }

  @Test
  void startingTwiceAndStoppingTwiceAreDone() {
    assertThat(control.start(ADMINISTRATOR)).isEqualTo(new Result.Done());
    control.stop(ADMINISTRATOR);
    assertThat(control.stop(ADMINISTRATOR)).isEqualTo(new Result.Done());
  }

  @Test
  void resetPutsTheFilesSettingsIntoForceAgain() {
    control.setIdleTimeout(ADMINISTRATOR, 5);
    control.switchAuthentication(ADMINISTRATOR, true);
    control.switchDissectors(ADMINISTRATOR, true);
    Settings before = control.settings(ADMINISTRATOR);
    control.reset(ADMINISTRATOR);
    assertThat(before).isEqualTo(new Settings(5, 1000, 65536, true, true));
    assertThat(control.settings(ADMINISTRATOR))
        .as("[password, none] asks nobody who does not want it")
        .isEqualTo(new Settings(3600, 1000, 65536, false, false));
  }

  @Test
  void authenticationOffAddsTheMethodThatAsksForNothingAndOnTakesItAway() {
    control.switchAuthentication(ADMINISTRATOR, true);
    assertThat(server.services.policy().methods())
        .containsExactly(dev.argyle.wire.socks.Method.PASSWORD);
    assertThat(control.settings(ADMINISTRATOR).authentication()).isTrue();
    control.switchAuthentication(ADMINISTRATOR, false);
    assertThat(server.services.policy().methods())
        .containsExactly(dev.argyle.wire.socks.Method.PASSWORD, dev.argyle.wire.socks.Method.NONE);
    assertThat(control.settings(ADMINISTRATOR).authentication()).isFalse();
  }

  @Test
  void idleTimeoutBelowASecondIsNotShownAsNever() {
    server.relay.idleTimeout(Duration.ofMillis(1));
    assertThat(control.settings(ADMINISTRATOR).idleSeconds()).isEqualTo(1);
    server.relay.idleTimeout(Duration.ZERO);
    assertThat(control.settings(ADMINISTRATOR).idleSeconds()).isEqualTo(0);
  }

  private void penaliseNobody() {
    server.penaliseNobody();
  }

  @Test
  void aRefusedLoginIsPenalisedAndTheNextAnswerComesLate() throws Exception {
    assertThat(login("admin", "wrong")).isNull();
    assertThat(server.admission.penalties().penalty(CLIENT.getAddress())).isPositive();
    CompletableFuture<@Nullable Actor> second =
        control.login(Door.FEED, CLIENT, octets("admin"), octets("wrong"));
    await().until(() -> server.telemetry.counters().sum(Counter.AUTHENTICATION_FAILURES) == 2);
    assertThat(second).isNotDone();
    assertThat(second.get(60, TimeUnit.SECONDS)).isNull();
  }

  @Test
  void aTokenIsRightOrItsSourceIsIgnoredAfterAWhile() {
    BottlerToken right = BottlerToken.ofHex(ManagedServer.TOKEN);
    BottlerToken wrong = BottlerToken.ofHex("0123456789abcdee");
    assertThat(control.holderOf(right, Door.BOTTLER, CLIENT))
        .isEqualTo(new Actor("-", Operation.Right.ADMINISTER, Door.BOTTLER, CLIENT.getAddress()));
    for (int i = 0; i < 20; i++) {
      assertThat(control.holderOf(wrong, Door.BOTTLER, CLIENT)).isNull();
    }
    assertThat(control.holderOf(right, Door.BOTTLER, CLIENT)).isNull();
  }

  @Test
  void nobodyIsAnonymousUnlessItIsConfigured() {
    for (Door door : Door.values()) {
      assertThat(control.anonymous(door, CLIENT)).isNull();
    }
  }

  @Test
  void onlyAdministratorsLogIn() throws Exception {
    penaliseNobody();
    assertThat(login("admin", PASSWORD)).isNotNull();
    assertThat(login("admin", "wrong")).isNull();
    assertThat(login("ana", PASSWORD)).isNull();
    assertThat(login("ana", PASSWORD)).as("the password is remembered").isNull();
    assertThat(login("nobody", PASSWORD)).isNull();
    assertThat(login("", PASSWORD)).isNull();
    assertThat(login("admin", "")).isNull();
  }

  @Test
  void whoGuessesManyAtOnceIsAnsweredInTurnAndOthersNeedNotWaitForAll() throws Exception {
    penaliseNobody();
    byte[] wrong = octets("wrong");
    List<CompletableFuture<@Nullable Actor>> guesses = new ArrayList<>();
    for (int i = 0; i < 70; i++) {
      CompletableFuture<@Nullable Actor> guess =
          control.login(Door.MASS, CLIENT, octets("guess-" + i), wrong);
      guesses.add(guess);
    }
    InetSocketAddress elsewhere = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.2"), 4711);
    assertThat(
            control
                .login(Door.FEED, elsewhere, octets("admin"), octets(PASSWORD))
                .get(60, TimeUnit.SECONDS))
        .isNotNull();
    assertThat(guesses).as("those who wait take no place from others").anyMatch(g -> !g.isDone());
    for (CompletableFuture<@Nullable Actor> guess : guesses) {
      assertThat(guess.get(60, TimeUnit.SECONDS)).isNull();
    }
  }

  private @Nullable Actor login(String name, String password) throws Exception {
    return control
        .login(Door.FEED, CLIENT, octets(name), octets(password))
        .get(60, TimeUnit.SECONDS);
  }

  @Test
  void pagesHoldWhatFitsAndFollowEveryChange() {
    int octets = 1 + 5 + 1 + 3; // admin, ana
    assertThat(control.userPages(ADMINISTRATOR, octets, 255)).isEqualTo(1);
    assertThat(control.userPages(ADMINISTRATOR, octets - 1, 255)).isEqualTo(2);
    assertThat(control.userPages(ADMINISTRATOR, octets, 1)).isEqualTo(2);
    control.addUser(ADMINISTRATOR, UserName.of("zoe"), octets(PASSWORD));
    assertThat(control.userPages(ADMINISTRATOR, octets, 255)).isEqualTo(2);
    assertThat(control.userPage(ADMINISTRATOR, 2, octets, 255)).containsExactly(UserName.of("zoe"));
    assertThat(control.userPage(ADMINISTRATOR, 0, octets, 255)).isNull();
    assertThat(control.userPage(ADMINISTRATOR, 3, octets, 255)).isNull();
    control.renameUser(ADMINISTRATOR, UserName.of("zoe"), UserName.of("aaa"));
    assertThat(control.userPage(ADMINISTRATOR, 1, octets, 255))
        .containsExactly(UserName.of("aaa"), UserName.of("admin"));
  }

  @Test
  void disabledUserIsNotAmongTheEnabled() {
    control.setEnabled(ADMINISTRATOR, UserName.of("ana"), false);
    assertThat(control.enabledUsers(ADMINISTRATOR, 255)).containsExactly(UserName.of("admin"));
    assertThat(control.enabledUsers(ADMINISTRATOR, 1)).hasSize(1);
    assertThat(control.users(ADMINISTRATOR, null, 10)).hasSize(2);
  }
}
