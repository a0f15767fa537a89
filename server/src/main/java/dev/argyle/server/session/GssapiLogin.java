package dev.argyle.server.session;

import dev.argyle.server.account.AccountStoreException;
import dev.argyle.server.account.Introduction;
import dev.argyle.server.admission.HashingTurns;
import dev.argyle.server.session.gssapi.GssapiService;
import dev.argyle.server.session.gssapi.Negotiation;
import dev.argyle.server.session.gssapi.Negotiation.Step;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.wire.UserName;
import dev.argyle.wire.gssapi.GssapiFrame;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;

/**
 * One client's tokens on their way to a user (RFC 1961). Belongs to the session's loop; each token
 * is looked at on a virtual thread, and while that lasts nothing else of this client is.
 *
 * @param <S> the driver's sockets
 */
final class GssapiLogin<S> {

  /** How long a token waits before it asks for a turn again. */
  private static final long TURN_MILLIS = 10;

  private final ClientSession<S> session;
  private final Negotiation negotiation;
  private final int accountChanges;
  private boolean underWay;

  GssapiLogin(ClientSession<S> session) {
    GssapiService service = session.policy.gssapi();
    if (service == null) {
      throw new IllegalStateException("GSSAPI was chosen and is not offered");
    }
    this.session = session;
    this.negotiation = service.negotiation();
    this.accountChanges = session.services.accountChanges();
    session.loop.counters().add(Counter.AUTHENTICATION_ATTEMPTS, 1);
  }

  /**
   * Looks at the client's next token. There are so many turns at that, for a source and in all,
   * each held until the work has ended: who hangs up meanwhile does not get another one for it.
   */
  void take(GssapiFrame.Token token) {
    if (!isAwaited()) {
      return;
    }
    InetAddress source = session.live.client();
    if (session.services.refuses(source)) {
      took(new Step.Refused("its source is refused for a while", null));
      return;
    }
    HashingTurns turns = session.services.tokenTurns();
    if (!turns.begin(source)) {
      Runnable again = session.guarded(() -> take(token));
      session.loop.eventLoop().schedule(again, TURN_MILLIS, TimeUnit.MILLISECONDS);
      return;
    }
    underWay = true;
    Aside.compute(session, () -> lookedAt(token, turns, source), this::took);
  }

  /** The session has ended, perhaps before the login has. */
  void leave() {
    if (!underWay) {
      negotiation.dispose();
    }
  }

  private Step lookedAt(GssapiFrame.Token token, HashingTurns turns, InetAddress source) {
    try {
      return admitted(negotiation.next(token));
    } finally {
      turns.end(source);
    }
  }

  /** Who has proved a name is a user if the accounts say so. */
  private Step admitted(Step step) {
    if (!(step instanceof Step.Agreed agreed)) {
      return step;
    }
    try {
      Introduction introduction = session.services.accounts().introduce(UserName.of(agreed.user()));
      session.services.storeAnswered(null);
      return switch (introduction) {
        case Introduction.Welcome _ -> agreed;
        case Introduction.Disabled() ->
            new Step.Refused("the account is disabled", agreed.principal());
        case Introduction.Full(int maxUsers) -> {
          session.services.accountsAreFull(maxUsers);
          yield new Step.Unavailable("no account, and there are accounts.max-users already");
        }
      };
    } catch (AccountStoreException failed) {
      session.services.storeAnswered(failed);
      return new Step.Unavailable("the accounts cannot be read");
    }
  }

  /** False: the client is gone, or was too late. */
  private boolean isAwaited() {
    return session.stage() == Stage.VERIFYING;
  }

  private void took(Step step) {
    underWay = false;
    if (!isAwaited()) {
      negotiation.dispose();
    }
    switch (step) {
      case Step.Continue _, Step.Unavailable _ -> goOn(step);
      case Step.Agreed agreed -> {
        if (isAwaited()) {
          session.services.loggedIn(session.live, agreed.user(), accountChanges);
          goOn(step);
        }
      }
      case Step.Refused refused -> { // who left before it was told owes as much
        session.loop.counters().add(Counter.AUTHENTICATION_FAILURES, 1);
        refuseAfter(session.services.authenticationFailed(session.live, refused), refused);
      }
    }
  }

  private void goOn(Step step) {
    if (isAwaited()) {
      session.verified(handshake -> handshake.negotiated(step));
      session.readOn();
    }
  }

  private void refuseAfter(long delayNanos, Step refused) {
    Runnable refusal =
        session.guarded(() -> session.verified(handshake -> handshake.negotiated(refused)));
    if (delayNanos > 0) {
      session.answerHeldBack(delayNanos);
      session.loop.eventLoop().schedule(refusal, delayNanos, TimeUnit.NANOSECONDS);
    } else {
      refusal.run();
    }
  }
}
