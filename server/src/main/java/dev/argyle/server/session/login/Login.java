package dev.argyle.server.session.login;

import dev.argyle.server.admission.TurnQueue;
import dev.argyle.server.config.OwnAttributes;
import dev.argyle.server.telemetry.Counter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One client's credentials on their way to a verdict: what passwords and tokens of GSSAPI have in
 * common. Belongs to the client's loop; what takes a while happens elsewhere, in turns that are
 * shared out among sources.
 */
public abstract sealed class Login permits PasswordLogin, GssapiLogin {

  final LoginClient client;
  final Logins logins;
  private final int accountChanges;
  private TurnQueue.@Nullable Turn waiting;
  private boolean slowed; // it has waited, if it had to

  Login(LoginClient client, Logins logins) {
    this.client = client;
    this.logins = logins;
    this.accountChanges = logins.accountChanges();
    client.counters().add(Counter.AUTHENTICATION_ATTEMPTS, 1);
  }

  /**
   * Asks for a turn. A source that is refused, before or while it waits, gets none: guessing costs
   * us no work then.
   *
   * @param granted on the loop, if the client is still there; ends the turn when its work is done
   */
  final void askForTurn(TurnQueue queue, Consumer<TurnQueue.Turn> granted) {
    if (isPenalised()) {
      penalised();
      return;
    }
    long delayNanos = slowed ? 0 : client.admitted().verificationDelayNanos(client.counters());
    slowed = true;
    if (delayNanos == 0) {
      queue(queue, granted);
    } else if (delayNanos < 0) {
      busy();
    } else {
      Runnable go = () -> queueIfWaiting(queue, granted);
      client.loop().schedule(client.guarded(go), delayNanos, TimeUnit.NANOSECONDS);
    }
  }

  private void queueIfWaiting(TurnQueue queue, Consumer<TurnQueue.Turn> granted) {
    if (client.isWaiting()) {
      queue(queue, granted);
    }
  }

  private void queue(TurnQueue queue, Consumer<TurnQueue.Turn> granted) {
    TurnQueue.Turn asked =
        queue.ask(
            client.client().client(),
            turn -> client.loop().execute(client.guarded(() -> granted(turn, granted))));
    if (asked == null) {
      busy();
    } else {
      waiting = asked;
    }
  }

  private boolean isPenalised() {
    return client.admitted().isPenalised();
  }

  /** The source is refused for a while: its credentials are rejected without a look at them. */
  abstract void penalised();

  /** More logins wait than there are places, which is nobody's failing. */
  abstract void busy();

  private void granted(TurnQueue.Turn turn, Consumer<TurnQueue.Turn> work) {
    waiting = null;
    if (!client.isWaiting()) {
      turn.end();
      return;
    }
    if (isPenalised()) {
      turn.end();
      penalised();
      return;
    }
    try {
      work.accept(turn);
    } catch (Throwable bug) { // the work has not begun
      turn.end();
      throw bug;
    }
  }

  /** The client has ended, perhaps before the login has. */
  public void leave() {
    if (waiting != null) {
      waiting.end();
      waiting = null;
    }
  }

  /**
   * The client is this user. False: it is gone, or was too late.
   *
   * @param stamp of the account, or none: {@code User.NO_STAMP}
   * @param own what the account says
   */
  final boolean accept(String user, long stamp, OwnAttributes own) {
    if (!client.isWaiting()) {
      return false;
    }
    client.admitted().loggedIn();
    client.admitted().isOfAccount(user, own);
    logins.loggedIn(client.client(), user, stamp, accountChanges);
    return true;
  }

  /**
   * Wrong credentials: logged and penalised, also if the client has left before it was told. The
   * answer is held back, longer the more the source has guessed.
   *
   * @param user who it claimed or proved to be; null: nobody
   * @param why for the log; null: a wrong password says it all
   * @param hashes what it cost, in password hashes of ours, at least 1
   */
  final void reject(@Nullable String user, @Nullable String why, int hashes, Runnable answer) {
    Duration delay =
        client
            .admitted()
            .authenticationFailed(
                client.client().clientPort(), user, why, hashes, client.counters());
    Runnable guarded = client.guarded(answer);
    if (delay.isPositive()) {
      client.answerHeldBack(delay.toNanos());
      client.loop().schedule(guarded, delay.toNanos(), TimeUnit.NANOSECONDS);
    } else {
      guarded.run();
    }
  }
}
