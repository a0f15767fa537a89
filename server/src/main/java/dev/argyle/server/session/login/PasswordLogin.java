package dev.argyle.server.session.login;

import dev.argyle.server.account.AccountBook;
import dev.argyle.server.account.User;
import dev.argyle.server.account.Verdict;
import dev.argyle.server.admission.TurnQueue;
import dev.argyle.server.session.login.OutsideLogins.Judgement;
import dev.argyle.wire.UserName;
import dev.argyle.wire.socks.Credentials;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** One client's name and password on their way to a verdict (RFC 1929). */
public final class PasswordLogin extends Login {

  private final Credentials credentials;
  private final @Nullable OutsideLogins outside; // null: accounts verify all passwords
  private boolean costly; // the account's hash takes long, as we know by now
  private volatile boolean left; // read by whoever would ask outside

  public PasswordLogin(LoginClient client, Logins logins, Credentials credentials) {
    super(client, logins);
    this.credentials = credentials;
    this.outside = logins.outside();
  }

  /** Begins; may be done with it at once, where the password was verified before. */
  public void begin() {
    if (outside != null) {
      begin(outside);
      return;
    }
    Verdict known = logins.accounts().remembered(credentials.user(), credentials.password());
    if (known != null) {
      judged(known);
    } else {
      waitForTurn();
    }
  }

  private void begin(OutsideLogins authorities) {
    Judgement known = authorities.remembered(credentials, client.client().client());
    if (known != null) {
      judged(known);
    } else {
      askForTurn(authorities.turns(), turn -> ask(authorities, turn));
    }
  }

  private void ask(OutsideLogins authorities, TurnQueue.Turn turn) {
    authorities
        .judge(credentials, client.client().client(), client.listener(), () -> !left)
        .whenComplete(
            (judgement, failure) -> {
              turn.end();
              client.loop().execute(client.guarded(() -> answered(judgement, failure)));
            });
  }

  private void answered(@Nullable Judgement judgement, @Nullable Throwable failure) {
    storeAnswered(failure);
    if (judgement != null) {
      judged(judgement);
    } else if (client.isWaiting()) {
      client.unjudged("the accounts cannot be read");
    }
  }

  private void judged(Judgement judgement) {
    switch (judgement) {
      case Judgement.Accepted(User user, long stamp) -> accepted(user, stamp);
      case Judgement.Refused(String why) -> rejected(why, 1);
      case Judgement.Here _ -> {
        if (client.isWaiting()) {
          waitForTurn();
        }
      }
      case Judgement.Unknown(String why) -> {
        if (client.isWaiting()) {
          client.unjudged(why);
        }
      }
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
    rejected(null, 1);
  }

  @Override
  void busy() {
    client.unjudged("too many logins wait");
  }

  @Override
  public void leave() {
    left = true;
    super.leave();
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
    storeAnswered(failure);
    if (verdict != null) {
      judged(verdict);
    } else if (client.isWaiting()) {
      client.unjudged("the accounts cannot be read");
    }
  }

  private void storeAnswered(@Nullable Throwable failure) {
    logins.storeAnswered(
        failure instanceof CompletionException wrapped ? wrapped.getCause() : failure);
  }

  private void judged(Verdict verdict) {
    switch (verdict) {
      case Verdict.Accepted(var user) -> accepted(user, user.stamp());
      case Verdict.Refused(int hashes) -> rejected(null, hashes);
      case Verdict.Busy _ -> waitForTurn(); // it says nothing about the password
      case Verdict.Costly _ -> {
        costly = true;
        if (client.isWaiting()) {
          waitForTurn();
        }
      }
    }
  }

  private void accepted(User user, long stamp) {
    if (accept(user.name(), stamp, user.own())) {
      client.judged(true);
    }
  }

  private void rejected(@Nullable String why, int hashes) {
    reject(UserName.of(credentials.user()).text(), why, hashes, () -> client.judged(false));
  }
}
