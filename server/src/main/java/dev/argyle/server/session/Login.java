package dev.argyle.server.session;

import dev.argyle.server.account.AccountBook;
import dev.argyle.server.account.Verdict;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.wire.socks.Credentials;
import java.util.concurrent.TimeUnit;

/**
 * One client's name and password on their way to a verdict (RFC 1929). Belongs to the session's
 * loop; hashing happens elsewhere.
 *
 * @param <S> the driver's sockets
 */
final class Login<S> {

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
    accounts
        .verify(credentials.user(), credentials.password())
        .whenComplete(
            (verdict, failure) ->
                session
                    .loop
                    .eventLoop()
                    .execute(
                        session.guarded(
                            () -> {
                              judged(failure == null ? verdict : new Verdict.Busy());
                              session.readOn();
                            })));
  }

  private void judged(Verdict verdict) {
    if (session.stage() != Stage.VERIFYING) {
      return; // the client is gone, or was too late
    }
    switch (verdict) {
      case Verdict.Accepted(var user) -> {
        session.services.loggedIn(session.live, user.name(), accountChanges);
        session.judged(true);
      }
      case Verdict.Refused _ -> {
        session.loop.counters().add(Counter.AUTHENTICATION_FAILURES, 1);
        refuseAfter(session.services.authenticationFailed(session.live, credentials));
      }
      case Verdict.Busy _ -> session.judged(false);
    }
  }

  private void refuseAfter(long delayNanos) {
    Runnable refusal = session.guarded(() -> session.judged(false));
    if (delayNanos > 0) {
      session.loop.eventLoop().schedule(refusal, delayNanos, TimeUnit.NANOSECONDS);
    } else {
      refusal.run();
    }
  }
}
