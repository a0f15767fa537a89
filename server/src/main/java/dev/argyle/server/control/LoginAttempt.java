package dev.argyle.server.control;

import dev.argyle.server.account.AccountBook;
import dev.argyle.server.account.Verdict;
import dev.argyle.server.admission.Admission;
import dev.argyle.server.admission.TurnQueue;
import java.net.InetAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * One password at a door, on its way to a verdict. It waits for its source's turn, and for another
 * one if the account's hash turns out to be a costly one. When a turn comes for a client that has
 * left, or whose source is refused by then, nothing is hashed. Safe for any thread.
 */
final class LoginAttempt {

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
   * @return the verdict; {@code Busy}: too many wait. Whoever no longer waits cancels it
   */
  CompletableFuture<Verdict> begin() {
    ask(admission.passwordTurns(), false);
    return verdict;
  }

  private void ask(TurnQueue queue, boolean costly) {
    TurnQueue.Turn turn = queue.ask(source, granted -> granted(granted, costly));
    if (turn == null) {
      verdict.complete(new Verdict.Busy());
    } else {
      verdict.whenComplete((_, _) -> turn.withdraw()); // cancelled: its client has left
    }
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
          } else if (judged instanceof Verdict.Costly) {
            ask(admission.costlyPasswordTurns(), true);
          } else {
            verdict.complete(judged);
          }
        });
  }
}
