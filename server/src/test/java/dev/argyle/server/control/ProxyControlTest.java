package dev.argyle.server.control;

import static dev.argyle.server.control.ManagedServer.PASSWORD;
import static dev.argyle.server.control.ManagedServer.octets;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.admission.Penalties;
import dev.argyle.server.config.Endpoint;
import dev.argyle.server.history.History;
import dev.argyle.server.history.HistoryQuery;
import dev.argyle.server.history.Usage;
import dev.argyle.server.telemetry.Door;
import dev.argyle.server.telemetry.Journal;
import dev.argyle.wire.Source;
import dev.argyle.wire.UserName;
import dev.argyle.wire.socks.Command;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
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
          Map.entry(
              Operation.MALFORMED,
              List.of((c, who) -> c.securityControl().malformed(who, Long.MAX_VALUE, 1))),
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

  @Test
  void disabledUserIsNotAmongTheEnabled() {
    control.setEnabled(ADMINISTRATOR, UserName.of("ana"), false);
    assertThat(control.enabledUsers(ADMINISTRATOR, 255)).containsExactly(UserName.of("admin"));
    assertThat(control.enabledUsers(ADMINISTRATOR, 1)).hasSize(1);
    assertThat(control.users(ADMINISTRATOR, null, 10)).hasSize(2);
  }
}
