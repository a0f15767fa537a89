package dev.argyle.server.session.login;

import dev.argyle.server.account.AccountBook;
import dev.argyle.server.account.Verdict;
import dev.argyle.server.admission.TurnQueue;
import dev.argyle.wire.UserName;
import dev.argyle.wire.socks.Credentials;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** One client's name and password on their way to a verdict (RFC 1929). */
public final class PasswordLogin extends Login {

  private final Credentials credentials;
  private boolean costly; // the account's hash takes long, as we know by now

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
    if (costly) {
      askForTurn(logins.admission().costlyPasswordTurns(), this::verify);
    } else {
      askForTurn(logins.admission().passwordTurns(), this::verify);
    }
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
    AccountBook accounts = logins.accounts();
    CompletionStage<Verdict> found =
        costly
            ? accounts.verifyCostly(credentials.user(), credentials.password())
            : accounts.verify(credentials.user(), credentials.password());
    found.whenComplete(
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
        if (accept(user.name(), user.stamp(), user.own())) {
          client.judged(true);
        }
      }
      case Verdict.Refused(int hashes) ->
          reject(UserName.of(credentials.user()).text(), null, hashes, () -> client.judged(false));
      case Verdict.Busy _ -> waitForTurn(); // it says nothing about the password
      case Verdict.Costly _ -> {
        costly = true;
        if (client.isWaiting()) {
          waitForTurn();
        }
      }
    }
  }
}
