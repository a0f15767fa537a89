package dev.argyle.server.session.login;

import dev.argyle.server.account.AccountStoreException;
import dev.argyle.server.account.ExternalLogin;
import dev.argyle.server.account.User;
import dev.argyle.server.admission.TurnQueue;
import dev.argyle.server.config.OwnAttributes;
import dev.argyle.server.net.Offload;
import dev.argyle.server.session.gssapi.GssapiService;
import dev.argyle.server.session.gssapi.Negotiation;
import dev.argyle.server.session.gssapi.Negotiation.Step;
import dev.argyle.wire.UserName;
import dev.argyle.wire.gssapi.GssapiFrame;

/**
 * One client's tokens on their way to a user (RFC 1961). Each token is looked at on a virtual
 * thread, and while that lasts nothing else of this client is.
 */
public final class GssapiLogin extends Login {

  private final Negotiation negotiation;
  private boolean underWay;
  private volatile OwnAttributes own = OwnAttributes.NONE; // of the account, once it is known

  public GssapiLogin(LoginClient client, Logins logins, GssapiService service) {
    super(client, logins);
    this.negotiation = service.negotiation();
  }

  /** Looks at the client's next token. */
  public void take(GssapiFrame.Token token) {
    askForTurn(logins.admission().tokenTurns(), turn -> lookAt(token, turn));
  }

  @Override
  void penalised() {
    took(new Step.Refused("its source is refused for a while", null));
  }

  @Override
  void busy() {
    took(new Step.Unavailable("too many logins wait"));
  }

  /** The turn is held until the work has ended: who hangs up meanwhile gets no other one for it. */
  private void lookAt(GssapiFrame.Token token, TurnQueue.Turn turn) {
    underWay = true;
    Offload.compute(
        client.loop(),
        client,
        () -> {
          try {
            return admitted(negotiation.next(token));
          } finally {
            turn.end();
          }
        },
        this::took);
  }

  @Override
  public void leave() {
    super.leave();
    if (!underWay) {
      negotiation.dispose();
    }
  }

  /** Who has proved a name is a user if the accounts say so. */
  private Step admitted(Step step) {
    if (!(step instanceof Step.Agreed agreed)) {
      return step;
    }
    try {
      ExternalLogin login = logins.accounts().outside().login(UserName.of(agreed.user()));
      logins.storeAnswered(null);
      return switch (login) {
        case ExternalLogin.Accepted(User user) -> {
          own = user.own();
          yield agreed;
        }
        case ExternalLogin.Disabled() ->
            new Step.Refused("the account is disabled", agreed.principal());
        case ExternalLogin.Full(int maxUsers) -> {
          logins.accountsAreFull(maxUsers);
          yield new Step.Unavailable("no account, and there are accounts.max-users already");
        }
      };
    } catch (AccountStoreException failed) {
      logins.storeAnswered(failed);
      return new Step.Unavailable("the accounts cannot be read");
    }
  }

  private void took(Step step) {
    underWay = false;
    boolean over = step instanceof Step.Refused || step instanceof Step.Unavailable;
    if (over || !client.isWaiting()) {
      negotiation.dispose();
    }
    switch (step) {
      case Step.Continue _, Step.Unavailable _ -> goOn(step);
      case Step.Agreed agreed -> {
        if (accept(agreed.user(), User.NO_STAMP, own)) {
          goOn(step);
        }
      }
      case Step.Refused(String words, String principal) ->
          reject(principal, words, 1, () -> goOn(step));
    }
  }

  private void goOn(Step step) {
    if (client.isWaiting()) {
      client.negotiated(step);
    }
  }
}
