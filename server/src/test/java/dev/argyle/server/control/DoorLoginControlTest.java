package dev.argyle.server.control;

import static dev.argyle.server.control.ManagedServer.PASSWORD;
import static dev.argyle.server.control.ManagedServer.octets;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Door;
import dev.argyle.wire.bottler.BottlerToken;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How an actor comes about at a door. */
@Tag("unit")
class DoorLoginControlTest extends ManagedServerCase {

  private static final InetSocketAddress CLIENT =
      new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 4711);

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
    server.penaliseNobody();
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
    server.penaliseNobody();
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
}
