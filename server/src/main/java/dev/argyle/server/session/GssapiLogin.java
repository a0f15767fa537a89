package dev.argyle.server.session;

import dev.argyle.server.account.AccountStoreException;
import dev.argyle.server.account.Introduction;
import dev.argyle.server.account.UserName;
import dev.argyle.server.session.gssapi.GssapiService;
import dev.argyle.server.session.gssapi.Negotiation;
import dev.argyle.server.session.gssapi.Negotiation.Step;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.wire.gssapi.GssapiFrame;
import java.util.concurrent.TimeUnit;

/**
 * One client's tokens on their way to a user (RFC 1961). Belongs to the session's loop; each token
 * is looked at on a virtual thread, and while that lasts nothing else of this client is.
 *
 * @param <S> the driver's sockets
 */
final class GssapiLogin<S> {

  private final ClientSession<S> session;
  private final Negotiation negotiation;
  private final int accountChanges;

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

  /** Looks at the client's next token. */
  void take(GssapiFrame.Token token) {
    if (session.services.refuses(session.live.client())) {
      took(new Step.Refused("its source is refused for a while", null));
      return;
    }
    Aside.compute(session, () -> admitted(negotiation.next(token)), this::took);
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
        case Introduction.Full(int maxUsers) ->
            new Step.Refused(
                "no account, and there are accounts.max-users already, " + maxUsers,
                agreed.principal());
      };
    } catch (AccountStoreException failed) {
      session.services.storeAnswered(failed);
      return new Step.Refused("the accounts cannot be read", agreed.principal());
    }
  }

  private void took(Step step) {
    if (session.stage() != Stage.VERIFYING) {
      return; // the client is gone, or was too late
    }
    switch (step) {
      case Step.Continue _ -> goOn(step);
      case Step.Agreed agreed -> {
        session.services.loggedIn(session.live, agreed.user(), accountChanges);
        goOn(step);
      }
      case Step.Refused refused -> {
        session.loop.counters().add(Counter.AUTHENTICATION_FAILURES, 1);
        refuseAfter(session.services.authenticationFailed(session.live, refused), refused);
      }
    }
  }

  private void goOn(Step step) {
    session.negotiated(step);
    session.readOn();
  }

  private void refuseAfter(long delayNanos, Step refused) {
    Runnable refusal = session.guarded(() -> session.negotiated(refused));
    if (delayNanos > 0) {
      session.answerHeldBack(delayNanos);
      session.loop.eventLoop().schedule(refusal, delayNanos, TimeUnit.NANOSECONDS);
    } else {
      refusal.run();
    }
  }
}
