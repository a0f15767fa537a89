package dev.argyle.server.session.login;

import dev.argyle.server.account.Verdict;
import dev.argyle.server.admission.TurnQueue;
import dev.argyle.wire.UserName;
import dev.argyle.wire.socks.Credentials;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** One client's name and password on their way to a verdict (RFC 1929). */
public final class PasswordLogin extends Login {

  private final Credentials credentials;

  public PasswordLogin(LoginClient client, Logins logins, Credentials credentials) {
    super(client, logins);
    this.credentials = credentials;
  }

  /** Begins; may be done with it at once, where the password was verified before. */
  public void begin() {
    Verdict known = logins.accounts().remembered(credentials.user(), credentials.password());
    if (known != null) {
      judged(known);
    } else {
      waitForTurn();
    }
  }

  private void waitForTurn() {
    askForTurn(logins.admission().passwordTurns(), this::verify);
  }

  @Override
  void penalised() {
    judged(new Verdict.Refused());
  }

  @Override
  void busy() {
    client.unjudged("too many logins wait");
  }

  private void verify(TurnQueue.Turn turn) {
    logins
        .accounts()
        .verify(credentials.user(), credentials.password())
        .whenComplete(
            (verdict, failure) -> {
              turn.end();
              client.loop().execute(client.guarded(() -> verified(verdict, failure)));
            });
  }

  private void verified(@Nullable Verdict verdict, @Nullable Throwable failure) {
    logins.storeAnswered(
        failure instanceof CompletionException wrapped ? wrapped.getCause() : failure);
    if (verdict != null) {
      judged(verdict);
    } else if (client.isWaiting()) {
      client.unjudged("the accounts cannot be read");
    }
  }

  private void judged(Verdict verdict) {
    switch (verdict) {
      case Verdict.Accepted(var user) -> {
        if (accept(user.name())) {
          client.judged(true);
        }
      }
      case Verdict.Refused _ ->
          reject(UserName.of(credentials.user()).text(), null, 1, () -> client.judged(false));
      case Verdict.Busy _ -> waitForTurn(); // it says nothing about the password
    }
  }
}
