package dev.argyle.server.session.login;

import static dev.argyle.server.session.login.LoginRig.octets;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.admission.TurnQueue;
import dev.argyle.server.telemetry.Counter;
import java.util.List;
import org.apache.commons.codec.digest.Sha2Crypt;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Logins whose hash is costly, as imported ones are, beside others. */
@Tag("unit")
class CostlyLoginTest extends PasswordLoginCase {

  private static final String COSTLY =
      Sha2Crypt.sha512Crypt(octets("secret"), "$6$rounds=130000$saltsalt");

  private List<TurnQueue.Turn> takeCostlyTurn() {
    return LoginRig.takeAll(rig.admission.costlyPasswordTurns(), 1);
  }

  /** Begins a login of ana's, whose hash is costly, and waits until that is known. */
  private PasswordLogin beginCostly(String password) {
    rig.importUser("ana", COSTLY);
    PasswordLogin login = login("ana", password);
    login.begin();
    rig.runUntil(() -> rig.admission.costlyPasswordTurns().waiting() == 1);
    assertAllTurnsAreFree(); // it keeps none of the others waiting
    return login;
  }

  @Test
  void costlyHashWaitsForATurnOfItsOwnAndOthersDoNotWaitForIt() {
    List<TurnQueue.Turn> taken = takeCostlyTurn();
    beginCostly("secret");
    LoginRig.Client costly = client;
    client = rig.client();
    rig.addUser("bea", "secret");
    login("bea", "secret").begin();
    rig.runUntil(this::isTold);
    assertThat(client.told).containsExactly("accepted");
    assertThat(costly.told).isEmpty();
    giveBack(taken);
    rig.runUntil(() -> !costly.told.isEmpty());
    assertThat(costly.told).containsExactly("accepted");
    LoginRig.assertAllAreFree(rig.admission.costlyPasswordTurns(), 1);
    rig.assertNobodyIsPenalised();
  }

  @Test
  void whoLeavesWhileItWaitsForACostlyHashIsNotHashed() {
    List<TurnQueue.Turn> taken = takeCostlyTurn();
    PasswordLogin login = beginCostly("guess");
    client.waiting = false;
    login.leave();
    assertThat(rig.admission.costlyPasswordTurns().waiting()).isZero();
    giveBack(taken);
    rig.loop.runNow();
    rig.assertNobodyIsPenalised();
  }

  @Test
  void whoseSourceIsRefusedWhileItWaitsForACostlyHashIsNotHashed() {
    List<TurnQueue.Turn> taken = takeCostlyTurn();
    beginCostly("secret");
    rig.penalise();
    giveBack(taken);
    rig.runUntil(() -> rig.count(Counter.AUTHENTICATION_FAILURES) == 1);
    assertThat(client.told).doesNotContain("accepted");
    LoginRig.assertAllAreFree(rig.admission.costlyPasswordTurns(), 1);
  }
}
