package dev.argyle.server.session.login;

import static dev.argyle.server.admission.Admission.PASSWORDS_OF_A_SOURCE;
import static dev.argyle.server.session.login.LoginRig.SOURCE;
import static dev.argyle.server.session.login.LoginRig.octets;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argyle.server.admission.TurnQueue;
import dev.argyle.server.config.OwnAttributes;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.wire.UserName;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A name and a password: each way to end, and the turn that is given back in all of them. */
@Tag("unit")
class PasswordLoginTest extends PasswordLoginCase {

  // Verdicts

  @Test
  void passwordThatIsRememberedNeedsNoTurn() {
    rig.addTemporary("ana", "secret");
    List<TurnQueue.Turn> taken = takeAllTurns();
    login("ana", "secret").begin();
    assertThat(client.told).containsExactly("accepted");
    assertThat(client.user()).isEqualTo("ana");
    assertThat(rig.count(Counter.AUTHENTICATION_ATTEMPTS)).isEqualTo(1);
    giveBack(taken);
    rig.assertNobodyIsPenalised();
  }

  @Test
  void rightPasswordIsAcceptedAndItsTurnGivenBack() {
    rig.addUser("ana", "secret");
    login("ana", "secret").begin();
    assertThat(client.told).isEmpty();
    rig.runUntil(this::isTold);
    assertThat(client.told).containsExactly("accepted");
    assertThat(client.user()).isEqualTo("ana");
    assertAllTurnsAreFree();
    rig.assertNobodyIsPenalised();
  }

  @Test
  void wrongPasswordUnknownNameAndDisabledAccountAreRejectedAlike() {
    rig.addUser("ana", "secret");
    rig.addUser("bea", "secret");
    rig.accounts.setEnabled(UserName.of("bea"), false);
    int failures = 0;
    for (String user : List.of("ana", "eva", "bea")) {
      client = rig.client();
      login(user, user.equals("ana") ? "guess" : "secret").begin();
      long expected = ++failures;
      rig.runUntil(() -> rig.count(Counter.AUTHENTICATION_FAILURES) == expected);
      rig.clock.advanceMillis(3_000); // the answer may be held back
      rig.loop.runNow();
      assertThat(client.told).as(user).containsExactly("rejected");
      assertThat(client.user()).isNull();
    }
    assertAllTurnsAreFree();
  }

  @Test
  void verdictOfOneClientSaysNothingAboutTheNextOfItsSource() {
    rig.addUser("ana", "secret");
    login("ana", "guess").begin();
    rig.runUntil(this::isTold);
    client = rig.client();
    login("ana", "secret").begin();
    rig.runUntil(this::isTold);
    assertThat(client.told).containsExactly("accepted");
    assertThat(rig.admission.penalties().penalty(SOURCE)).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void userIsNotedAsConnectedOnlyWhenAccepted() {
    rig.addUser("ana", "secret");
    login("ana", "guess").begin();
    rig.runUntil(this::isTold);
    assertThat(lastConnectionOfAna()).isZero();
    client = rig.client();
    login("ana", "secret").begin();
    rig.runUntil(this::isTold);
    assertThat(lastConnectionOfAna()).isPositive();
  }

  private long lastConnectionOfAna() {
    return Objects.requireNonNull(rig.accounts.find(UserName.of("ana"))).lastConnectionMillis();
  }

  // Turns

  @Test
  void loginWaitsWhileItsSourceHasNoTurnLeft() {
    rig.addUser("ana", "secret");
    List<TurnQueue.Turn> taken = takeAllTurns();
    login("ana", "secret").begin();
    rig.loop.runNow();
    assertThat(client.told).isEmpty();
    giveBack(taken);
    rig.runUntil(this::isTold);
    assertThat(client.told).containsExactly("accepted");
    assertAllTurnsAreFree();
  }

  @Test
  void guessesOfAPenalisedSourceCostNoHash() {
    rig.addUser("ana", "secret");
    rig.penalise();
    List<TurnQueue.Turn> taken = takeAllTurns(); // whoever asked for one would wait
    login("ana", "secret").begin();
    assertThat(client.heldBack).containsExactly(Duration.ofSeconds(3));
    rig.clock.advanceMillis(3_000);
    rig.loop.runNow();
    assertThat(client.told).containsExactly("rejected");
    assertThat(rig.count(Counter.AUTHENTICATION_FAILURES)).isEqualTo(1);
    giveBack(taken);
    assertAllTurnsAreFree();
  }

  @Test
  void guessesThatWaitedWhileTheirSourceWasPenalisedAreNotJudged() {
    rig.addUser("ana", "secret");
    List<TurnQueue.Turn> taken = takeAllTurns();
    login("ana", "secret").begin(); // the right one, among many guesses
    rig.penalise();
    giveBack(taken);
    rig.loop.runNow();
    assertThat(client.told).doesNotContain("accepted");
    assertAllTurnsAreFree();
  }

  @Test
  void fullQueueIsNobodysFailing() {
    rig.addUser("ana", "secret");
    LoginRig.fill(turns);
    login("ana", "secret").begin();
    assertThat(client.told).containsExactly("unjudged");
    rig.assertNobodyIsPenalised();
  }

  // Who leaves

  @Test
  void whoLeavesWhileItWaitsGivesItsPlaceToTheNext() {
    rig.addUser("ana", "secret");
    List<TurnQueue.Turn> taken = takeAllTurns();
    PasswordLogin login = login("ana", "guess");
    login.begin();
    client.waiting = false;
    login.leave();
    login.leave(); // and once more
    giveBack(taken);
    rig.loop.runNow();
    assertThat(client.told).isEmpty();
    rig.assertNobodyIsPenalised(); // its password was not looked at
    assertAllTurnsAreFree();
  }

  @Test
  void whoLeavesBetweenItsTurnAndItsHashGivesTheTurnBack() {
    PasswordLogin login = login("ana", "guess");
    login.begin(); // has a turn, which the loop has not come to
    client.waiting = false;
    rig.loop.runNow();
    assertThat(client.told).isEmpty();
    rig.assertNobodyIsPenalised();
    assertAllTurnsAreFree();
    login.leave();
    assertAllTurnsAreFree();
  }

  @Test
  void hangingUpDuringTheHashDoesNotMakeAGuessFree() {
    rig.addUser("ana", "secret");
    PasswordLogin login = login("ana", "guess");
    login.begin();
    rig.leaveOnceUnderWay(client, login);
    rig.runUntil(() -> rig.count(Counter.AUTHENTICATION_FAILURES) == 1);
    assertThat(rig.admission.penalties().penalty(SOURCE)).isEqualTo(Duration.ofSeconds(5));
    assertThat(client.told).isEmpty();
    assertAllTurnsAreFree();
  }

  @Test
  void rightPasswordOfAClientThatHasLeftMakesNobodyLoggedIn() {
    rig.addUser("ana", "secret");
    PasswordLogin login = login("ana", "secret");
    login.begin();
    rig.leaveOnceUnderWay(client, login);
    rig.runUntil(
        () -> rig.accounts.remembered(octets("ana"), octets("secret")) != null); // it was right
    rig.runUntil(() -> freeTurns() == PASSWORDS_OF_A_SOURCE);
    rig.loop.runNow();
    assertThat(client.told).isEmpty();
    assertThat(client.user()).isNull();
    assertThat(lastConnectionOfAna()).isZero();
  }

  @Test
  void acceptAfterLeavingDoesNothing() {
    rig.addUser("ana", "secret");
    PasswordLogin login = login("ana", "secret");
    client.waiting = false;
    assertThat(login.accept("ana", 0, OwnAttributes.NONE)).isFalse();
    assertThat(client.user()).isNull();
    assertThat(lastConnectionOfAna()).isZero();
    client.waiting = true;
    assertThat(login.accept("ana", 0, OwnAttributes.NONE)).isTrue();
    assertThat(client.user()).isEqualTo("ana");
  }

  // Answers that are held back

  @Test
  void answerIsHeldBackLongerTheMoreTheSourceHasGuessed() {
    PasswordLogin login = login("ana", "guess");
    for (int guesses = 1; guesses <= 7; guesses++) {
      login.reject("ana", null, 1, () -> {});
    }
    assertThat(client.heldBack)
        .isEqualTo(
            Stream.of(1_000, 1_500, 2_000, 2_500, 3_000, 3_000).map(Duration::ofMillis).toList());
    assertThat(rig.count(Counter.AUTHENTICATION_FAILURES)).isEqualTo(7);
  }

  @Test
  void answerThatIsHeldBackComesInItsTimeAndNotBefore() {
    PasswordLogin login = login("ana", "guess");
    login.reject("ana", null, 1, () -> {});
    login.reject("ana", null, 1, () -> client.judged(false));
    rig.clock.advanceMillis(999);
    rig.loop.runNow();
    assertThat(client.told).isEmpty();
    rig.clock.advanceMillis(1);
    rig.loop.runNow();
    assertThat(client.told).containsExactly("rejected");
  }

  // Failures of ours

  @Test
  void nobodyIsJudgedOrPenalisedWhileTheStoreFails() {
    rig.accounts.close();
    login("ana", "secret").begin();
    rig.runUntil(this::isTold);
    assertThat(client.told).containsExactly("unjudged");
    assertThat(client.bugs).isEmpty();
    rig.assertNobodyIsPenalised();
    assertAllTurnsAreFree();
  }

  @Test
  void whoHasLeftIsNotToldThatTheStoreFails() {
    rig.accounts.close();
    PasswordLogin login = login("ana", "secret");
    login.begin();
    rig.leaveOnceUnderWay(client, login);
    LoginRig.Client gone = client;
    client = rig.client();
    login("eva", "secret").begin();
    rig.runUntil(this::isTold);
    assertThat(gone.told).isEmpty();
    rig.assertNobodyIsPenalised();
  }

  @Test
  void bugWhileAVerdictIsToldEndsThatClientAndGivesTheTurnBack() {
    rig.addUser("ana", "secret");
    client.bugOfOurs = new IllegalStateException("a bug");
    login("ana", "guess").begin();
    rig.runUntil(() -> !client.bugs.isEmpty());
    assertThat(client.bugs).containsExactly(client.bugOfOurs);
    assertAllTurnsAreFree();
  }

  @Test
  void loopThatHasEndedMeanwhileKeepsNoTurn() {
    rig.addUser("ana", "secret");
    login("ana", "secret").begin();
    rig.loop.execute( // behind the turn, so that the hash has begun
        () -> client.bugOfTheLoop = new RejectedExecutionException("the loop has ended"));
    rig.loop.runNow();
    await().until(() -> freeTurns() == PASSWORDS_OF_A_SOURCE);
    rig.loop.runNow();
    assertThat(client.told).isEmpty();
  }
}
