package dev.argyle.server.session.login;

import static dev.argyle.server.admission.Admission.TOKENS_OF_A_SOURCE;
import static dev.argyle.server.session.login.LoginRig.SOURCE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.session.gssapi.Initiator;
import dev.argyle.server.session.gssapi.Negotiation.Step;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.wire.UserName;
import dev.argyle.wire.gssapi.GssapiFrame.Token;
import dev.argyle.wire.gssapi.Protection;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the accounts say of a name that a real KDC vouches for. */
@Timeout(60)
@Tag("play")
class GssapiVerdictTest {

  private static final UserName ANA = UserName.of("ana");

  @TempDir Path data;

  /** Proves to be ana, up to the token behind which the verdict is due. */
  private static GssapiLogin prove(LoginRig rig, LoginRig.Client client) throws Exception {
    Initiator initiator = Initiator.of("ana");
    GssapiLogin login =
        new GssapiLogin(client, rig.logins, Initiator.service(false, Protection.INTEGRITY));
    login.take(initiator.begin());
    rig.runUntil(() -> !client.steps.isEmpty());
    if (!(client.steps.getFirst() instanceof Step.Continue(Token answer))) {
      throw new AssertionError(client.steps);
    }
    initiator.take(answer);
    client.steps.clear();
    client.waiting = true;
    login.take(initiator.level(1));
    return login;
  }

  private static Step verdict(LoginRig rig, LoginRig.Client client) throws Exception {
    prove(rig, client);
    rig.runUntil(() -> !client.steps.isEmpty());
    LoginRig.assertAllAreFree(rig.admission.tokenTurns(), TOKENS_OF_A_SOURCE);
    return client.steps.getFirst();
  }

  @Test
  void whoHasProvedItsNameIsThatUserAndGetsAnAccount() throws Exception {
    try (LoginRig rig = new LoginRig(data, 10)) {
      LoginRig.Client client = rig.client();
      assertThat(verdict(rig, client)).isInstanceOf(Step.Agreed.class);
      assertThat(client.user()).isEqualTo("ana");
      assertThat(rig.accounts.find(ANA)).isNotNull();
      assertThat(rig.count(Counter.AUTHENTICATION_ATTEMPTS)).isEqualTo(1);
      rig.assertNobodyIsPenalised();
    }
  }

  @Test
  void disabledAccountIsRejectedAndPenalisedWhateverTheKdcSays() throws Exception {
    try (LoginRig rig = new LoginRig(data, 10)) {
      rig.addUser("ana", "secret");
      rig.accounts.setEnabled(ANA, false);
      LoginRig.Client client = rig.client();
      assertThat(verdict(rig, client))
          .isEqualTo(new Step.Refused("the account is disabled", "ana@ARGYLE.TEST"));
      assertThat(client.user()).isNull();
      assertThat(rig.admission.penalties().penalty(SOURCE)).isEqualTo(Duration.ofSeconds(5));
    }
  }

  @Test
  void noRoomForAnAccountAndAFailingStoreAreNobodysFailing() throws Exception {
    try (LoginRig rig = new LoginRig(data, 1)) {
      rig.addUser("ben", "secret");
      assertThat(verdict(rig, rig.client())).isInstanceOf(Step.Unavailable.class);
      assertThat(rig.accounts.find(ANA)).isNull();
      rig.accounts.close();
      assertThat(verdict(rig, rig.client()))
          .isEqualTo(new Step.Unavailable("the accounts cannot be read"));
      rig.assertNobodyIsPenalised();
    }
  }

  @Test
  void whoLeavesDuringItsLastTokenIsNotLoggedIn() throws Exception {
    try (LoginRig rig = new LoginRig(data, 10)) {
      LoginRig.Client client = rig.client();
      GssapiLogin login = prove(rig, client);
      rig.leaveOnceUnderWay(client, login);
      rig.runUntil(() -> rig.accounts.find(ANA) != null); // the token was looked at all the same
      LoginRig.Client next = rig.client();
      assertThat(verdict(rig, next)).isInstanceOf(Step.Agreed.class);
      assertThat(client.steps).isEmpty();
      assertThat(client.user()).isNull();
      rig.assertNobodyIsPenalised();
    }
  }
}
