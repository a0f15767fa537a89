package dev.argyle.server.control;

import dev.argyle.server.account.AccountBook;
import dev.argyle.server.account.Verdict;
import dev.argyle.server.admission.Admission;
import dev.argyle.server.admission.TurnQueue;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * One password at a door, on its way to a verdict. It waits for its source's turn, and for another
 * one if the account's hash turns out to be a costly one. It waits, too, while there is no place to
 * wait for a turn or for a hash: whoever is busy has not said that the password is wrong. When a
 * turn comes for a client that has left, or whose source is refused by then, nothing is hashed.
 * Safe for any thread; there is one for each connection at a door at most.
 */
final class LoginAttempt {

  /** How long it waits where all places are taken: some hashes are done by then. */
  static final Duration RETRY = Duration.ofMillis(50);

  private final AccountBook accounts;
  private final Admission admission;
  private final InetAddress source;
  private final byte[] name;
  private final byte[] password;
  private final CompletableFuture<Verdict> verdict = new CompletableFuture<>();

  LoginAttempt(
      AccountBook accounts, Admission admission, InetAddress source, byte[] name, byte[] password) {
    this.accounts = accounts;
    this.admission = admission;
    this.source = source;
    this.name = name;
    this.password = password;
  }

  /**
   * Begins.
   *
   * @return {@code Accepted} or {@code Refused}. Whoever no longer waits cancels it
   */
  CompletableFuture<Verdict> begin() {
    ask(false);
    return verdict;
  }

  private void ask(boolean costly) {
    TurnQueue queue = costly ? admission.costlyPasswordTurns() : admission.passwordTurns();
    TurnQueue.Turn turn = queue.ask(source, granted -> granted(granted, costly));
    if (turn == null) {
      askLater(costly);
    } else {
      verdict.whenComplete((_, _) -> turn.withdraw()); // cancelled: its client has left
    }
  }

  private void askLater(boolean costly) {
    CompletableFuture.delayedExecutor(RETRY.toMillis(), TimeUnit.MILLISECONDS)
        .execute(
            () -> {
              if (!verdict.isDone()) {
                ask(costly);
              }
            });
  }

  private void granted(TurnQueue.Turn turn, boolean costly) {
    if (verdict.isDone()) {
      turn.end();
    } else if (admission.isPenalised(source)) {
      turn.end();
      verdict.complete(new Verdict.Refused());
    } else {
      verify(turn, costly);
    }
  }

  private void verify(TurnQueue.Turn turn, boolean costly) {
    CompletionStage<Verdict> found =
        costly ? accounts.verifyCostly(name, password) : accounts.verify(name, password);
    found.whenComplete(
        (judged, failure) -> {
          turn.end();
          if (failure != null) {
            verdict.completeExceptionally(failure);
          } else {
            judged(judged, costly);
          }
        });
  }

  private void judged(Verdict judged, boolean costly) {
    switch (judged) {
      case Verdict.Accepted _, Verdict.Refused _ -> verdict.complete(judged);
      case Verdict.Costly() -> ask(true);
      case Verdict.Busy() -> askLater(costly);
    }
  }
}
