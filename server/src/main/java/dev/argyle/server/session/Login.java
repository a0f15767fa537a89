package dev.argyle.server.session;

import dev.argyle.server.account.AccountBook;
import dev.argyle.server.account.Verdict;
import dev.argyle.server.admission.HashingTurns;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.wire.socks.Credentials;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One client's name and password on their way to a verdict (RFC 1929). Belongs to the session's
 * loop; hashing happens elsewhere.
 *
 * @param <S> the driver's sockets
 */
final class Login<S> {

  /** How long a login waits before it asks for a turn again. */
  private static final long TURN_MILLIS = 50;

  private final ClientSession<S> session;
  private final Credentials credentials;
  private final int accountChanges;

  Login(ClientSession<S> session, Credentials credentials) {
    this.session = session;
    this.credentials = credentials;
    this.accountChanges = session.services.accountChanges();
  }

  void begin() {
    session.loop.counters().add(Counter.AUTHENTICATION_ATTEMPTS, 1);
    AccountBook accounts = session.services.accounts();
    Verdict known = accounts.remembered(credentials.user(), credentials.password());
    if (known != null) {
      judged(known);
      return;
    }
    verify();
  }

  /**
   * Hashing takes a while and a bounded pool; a source has a few turns in it, so that it cannot
   * keep others waiting.
   */
  private void verify() {
    if (!isAwaited()) {
      return;
    }
    InetAddress source = session.live.client();
    if (session.services.refuses(source)) {
      judged(new Verdict.Refused());
      return;
    }
    HashingTurns turns = session.services.hashingTurns();
    if (!turns.begin(source)) {
      waitForTurn();
      return;
    }
    session
        .services
        .accounts()
        .verify(credentials.user(), credentials.password())
        .whenComplete(
            (verdict, failure) -> {
              turns.end(source);
              session.loop.eventLoop().execute(session.guarded(() -> verified(verdict, failure)));
            });
  }

  private void verified(@Nullable Verdict verdict, @Nullable Throwable failure) {
    session.services.storeAnswered(failure);
    if (verdict != null) {
      judged(verdict);
    } else if (isAwaited()) {
      session.verified(Handshake::unjudged);
    }
    session.readOn();
  }

  private void waitForTurn() {
    session
        .loop
        .eventLoop()
        .schedule(session.guarded(this::verify), TURN_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** False: the client is gone, or was too late. */
  private boolean isAwaited() {
    return session.stage() == Stage.VERIFYING;
  }

  private void judged(Verdict verdict) {
    switch (verdict) {
      case Verdict.Accepted(var user) -> {
        if (isAwaited()) {
          session.services.loggedIn(session.live, user.name(), accountChanges);
          session.verified(handshake -> handshake.judged(true));
        }
      }
      case Verdict.Refused _ -> { // who left before it was told owes as much
        session.loop.counters().add(Counter.AUTHENTICATION_FAILURES, 1);
        refuseAfter(session.services.authenticationFailed(session.live, credentials));
      }
      case Verdict.Busy _ -> waitForTurn(); // it says nothing about the password
    }
  }

  private void refuseAfter(long delayNanos) {
    Runnable refusal =
        session.guarded(() -> session.verified(handshake -> handshake.judged(false)));
    if (delayNanos > 0) {
      session.answerHeldBack(delayNanos);
      session.loop.eventLoop().schedule(refusal, delayNanos, TimeUnit.NANOSECONDS);
    } else {
      refusal.run();
    }
  }
}
