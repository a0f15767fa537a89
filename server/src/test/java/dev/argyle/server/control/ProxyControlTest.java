package dev.argyle.server.control;

import static dev.argyle.server.control.ManagedServer.PASSWORD;
import static dev.argyle.server.control.ManagedServer.octets;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.wire.UserName;
import dev.argyle.wire.socks.Method;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ProxyControlTest {

  private static final InetSocketAddress CLIENT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 4711);

  private static long open; // the number of an open connection

  /** How each operation that changes something is asked for. */
  private static final Map<Operation, BiFunction<ProxyControl, Actor, Change>> CHANGES =
      Map.ofEntries(
          Map.entry(
              Operation.ADD_USER, (c, who) -> c.addUser(who, UserName.of("ben"), octets(PASSWORD))),
          Map.entry(Operation.REMOVE_USER, (c, who) -> c.removeUser(who, UserName.of("ana"))),
          Map.entry(
              Operation.RENAME_USER,
              (c, who) -> c.renameUser(who, UserName.of("ana"), UserName.of("anna"))),
          Map.entry(
              Operation.SET_PASSWORD,
              (c, who) -> c.setPassword(who, UserName.of("ana"), octets("new"))),
          Map.entry(
              Operation.ENABLE_USER, (c, who) -> c.setEnabled(who, UserName.of("ana"), false)),
          Map.entry(
              Operation.SET_ADMINISTRATOR,
              (c, who) -> c.setAdministrator(who, UserName.of("ana"), true)),
          Map.entry(Operation.KILL, (c, who) -> c.kill(who, open)),
          Map.entry(Operation.SET_IDLE_TIMEOUT, (c, who) -> c.setIdleTimeout(who, 5)),
          Map.entry(Operation.SET_SELECTOR_TIMEOUT, (c, who) -> c.setSelectorTimeout(who, 50)),
          Map.entry(Operation.SET_BUFFER_SIZE, (c, who) -> c.setBufferSize(who, 8192)),
          Map.entry(
              Operation.SWITCH_AUTHENTICATION, (c, who) -> c.switchAuthentication(who, false)),
          Map.entry(Operation.SWITCH_DISSECTORS, (c, who) -> c.switchDissectors(who, true)),
          Map.entry(Operation.START, ProxyControl::start),
          Map.entry(Operation.STOP, ProxyControl::stop),
          Map.entry(Operation.RESET, ProxyControl::reset));

  @TempDir Path data;
  private ManagedServer server;
  private ProxyControl control;

  @BeforeEach
  void start() throws Exception {
    server = new ManagedServer(data);
    control = server.control();
    open =
        server.telemetry.connections().open(CLIENT.getAddress(), CLIENT.getPort(), 1, _ -> {}).id();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static Actor actor(Right right, ManagementDoor door) {
    return new Actor("admin", right, door, CLIENT.getAddress());
  }

  private static final Actor ADMINISTRATOR = actor(Right.ADMINISTER, ManagementDoor.HTTP);

  static Stream<Operation> changes() {
    return Stream.of(Operation.values()).filter(operation -> operation.right() == Right.ADMINISTER);
  }

  @Test
  void everyOperationThatChangesSomethingIsInTheTable() {
    assertThat(CHANGES.keySet()).containsExactlyInAnyOrderElementsOf(changes().toList());
  }

  @ParameterizedTest
  @MethodSource("changes")
  void onlyWhoMayChangesSomethingAndOnlyByADoorThatOffersIt(Operation operation) {
    for (ManagementDoor door : ManagementDoor.values()) {
      Change looking = asked(operation, actor(Right.READ, door));
      assertThat(looking).as("%s, who may read", door).isInstanceOf(Change.NotAllowed.class);
      if (!operation.doors().contains(door)) {
        Change elsewhere = asked(operation, actor(Right.ADMINISTER, door));
        assertThat(elsewhere)
            .as("%s has no such request", door)
            .isInstanceOf(Change.NotAllowed.class);
      }
    }
    ManagementDoor door = operation.doors().iterator().next();
    assertThat(asked(operation, actor(Right.ADMINISTER, door))).isEqualTo(new Change.Done());
  }

  private Change asked(Operation operation, Actor actor) {
    return Objects.requireNonNull(CHANGES.get(operation)).apply(control, actor);
  }

  @ParameterizedTest
  @EnumSource(Operation.class)
  void everyReadIsForEverybodyWhoIsIn(Operation operation) {
    for (ManagementDoor door : operation.doors()) {
      assertThat(actor(Right.READ, door).may(operation)).isEqualTo(operation.right() == Right.READ);
      assertThat(actor(Right.ADMINISTER, door).may(operation)).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"0,true", "86400,true", "86401,false", "4294967295,false"})
  void idleTimeoutIsUpToADay(long seconds, boolean taken) {
    long before = control.settings().idleSeconds();
    assertThat(control.setIdleTimeout(ADMINISTRATOR, seconds) instanceof Change.Done)
        .isEqualTo(taken);
    assertThat(control.settings().idleSeconds()).isEqualTo(taken ? seconds : before);
  }

  @ParameterizedTest
  @CsvSource({"9,false", "10,true", "60000,true", "60001,false"})
  void selectorTimeoutHasItsRange(long millis, boolean taken) {
    assertThat(control.setSelectorTimeout(ADMINISTRATOR, millis) instanceof Change.Done)
        .isEqualTo(taken);
    assertThat(control.settings().selectorMillis()).isEqualTo(taken ? millis : 1000);
    assertThat(server.driver.told.contains("sweepEvery " + millis)).isEqualTo(taken);
  }

  @ParameterizedTest
  @CsvSource({"4095,false", "4096,true", "1048576,true", "1048577,false", "4294967295,false"})
  void bufferSizeHasItsRange(long octets, boolean taken) {
    assertThat(control.setBufferSize(ADMINISTRATOR, octets) instanceof Change.Done)
        .isEqualTo(taken);
    assertThat(control.settings().bufferOctets()).isEqualTo(taken ? (int) octets : 65536);
  }

  @Test
  void stoppedSideListensAgainWhereItDid() {
    InetSocketAddress before = control.status().listening().getFirst();
    control.stop(ADMINISTRATOR);
    assertThat(control.status().running()).isFalse();
    assertThat(server.driver.told).contains("stopListening", "endAll DRAINED");
    control.start(ADMINISTRATOR);
    assertThat(control.status()).isEqualTo(new Status(true, List.of(before)));
    control.reset(ADMINISTRATOR);
    assertThat(control.status()).isEqualTo(new Status(true, List.of(before)));
  }

  @Test
  void startingTwiceAndStoppingTwiceAreDone() {
    assertThat(control.start(ADMINISTRATOR)).isEqualTo(new Change.Done());
    control.stop(ADMINISTRATOR);
    assertThat(control.stop(ADMINISTRATOR)).isEqualTo(new Change.Done());
  }

  @Test
  void resetPutsTheFilesSettingsIntoForceAgain() {
    control.setIdleTimeout(ADMINISTRATOR, 5);
    control.switchAuthentication(ADMINISTRATOR, true);
    control.switchDissectors(ADMINISTRATOR, true);
    Settings before = control.settings();
    control.reset(ADMINISTRATOR);
    assertThat(before).isEqualTo(new Settings(5, 1000, 65536, true, true));
    assertThat(control.settings())
        .as("[password, none] asks nobody who does not want it")
        .isEqualTo(new Settings(3600, 1000, 65536, false, false));
  }

  @Test
  void authenticationOffAddsTheMethodThatAsksForNothingAndOnTakesItAway() {
    control.switchAuthentication(ADMINISTRATOR, true);
    assertThat(server.services.policy().methods()).containsExactly(Method.PASSWORD);
    assertThat(control.settings().authentication()).isTrue();
    control.switchAuthentication(ADMINISTRATOR, false);
    assertThat(server.services.policy().methods()).containsExactly(Method.PASSWORD, Method.NONE);
    assertThat(control.settings().authentication()).isFalse();
  }

  @Test
  void idleTimeoutBelowASecondIsNotShownAsNever() {
    server.relay.idleTimeout(Duration.ofMillis(1));
    assertThat(control.settings().idleSeconds()).isEqualTo(1);
    server.relay.idleTimeout(Duration.ZERO);
    assertThat(control.settings().idleSeconds()).isEqualTo(0);
  }

  @Test
  void onlyAdministratorsLogIn() throws Exception {
    assertThat(login("admin", PASSWORD)).isInstanceOf(Login.Admitted.class);
    assertThat(login("admin", "wrong")).isEqualTo(new Login.Refused());
    assertThat(login("ana", PASSWORD)).isEqualTo(new Login.Refused());
    assertThat(login("ana", PASSWORD))
        .as("the password is remembered")
        .isEqualTo(new Login.Refused());
    assertThat(login("nobody", PASSWORD)).isEqualTo(new Login.Refused());
    assertThat(login("", PASSWORD)).isEqualTo(new Login.Refused());
    assertThat(login("admin", "")).isEqualTo(new Login.Refused());
  }

  @Test
  void whoGuessesManyAtOnceIsAnsweredInTurnAndOthersNeedNotWaitForAll() throws Exception {
    byte[] wrong = octets("wrong");
    List<CompletableFuture<Login>> guesses = new ArrayList<>();
    for (int i = 0; i < 70; i++) {
      CompletionStage<Login> guess =
          control.login(ManagementDoor.MASS, CLIENT, octets("guess-" + i), wrong);
      guesses.add(guess.toCompletableFuture());
    }
    InetSocketAddress elsewhere = new InetSocketAddress(InetAddress.getByName("192.0.2.1"), 4711);
    assertThat(
            control
                .login(ManagementDoor.FEED, elsewhere, octets("admin"), octets(PASSWORD))
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS))
        .isInstanceOf(Login.Admitted.class);
    assertThat(guesses).as("those who wait take no place from others").anyMatch(g -> !g.isDone());
    for (CompletableFuture<Login> guess : guesses) {
      assertThat(guess.get(60, TimeUnit.SECONDS)).isEqualTo(new Login.Refused());
    }
  }

  private Login login(String name, String password) throws Exception {
    return control
        .login(ManagementDoor.FEED, CLIENT, octets(name), octets(password))
        .toCompletableFuture()
        .get(60, TimeUnit.SECONDS);
  }

  @Test
  void pagesHoldWhatFitsAndFollowEveryChange() {
    int octets = 1 + 5 + 1 + 3; // admin, ana
    assertThat(control.userPages(octets, 255)).isEqualTo(1);
    assertThat(control.userPages(octets - 1, 255)).isEqualTo(2);
    assertThat(control.userPages(octets, 1)).isEqualTo(2);
    control.addUser(ADMINISTRATOR, UserName.of("zoe"), octets(PASSWORD));
    assertThat(control.userPages(octets, 255)).isEqualTo(2);
    assertThat(control.userPage(2, octets, 255))
        .extracting(KnownUser::name)
        .containsExactly(UserName.of("zoe"));
    assertThat(control.userPage(0, octets, 255)).isNull();
    assertThat(control.userPage(3, octets, 255)).isNull();
    control.renameUser(ADMINISTRATOR, UserName.of("zoe"), UserName.of("aaa"));
    assertThat(control.userPage(1, octets, 255))
        .extracting(KnownUser::name)
        .containsExactly(UserName.of("aaa"), UserName.of("admin"));
  }

  @Test
  void disabledUserIsNotAmongTheEnabled() {
    control.setEnabled(ADMINISTRATOR, UserName.of("ana"), false);
    assertThat(control.enabledUsers(255))
        .extracting(KnownUser::name)
        .containsExactly(UserName.of("admin"));
    assertThat(control.enabledUsers(1)).hasSize(1);
    assertThat(control.users(null, 10)).hasSize(2);
  }
}
