package dev.argyle.client;

import dev.argyle.client.Handshake.Action;
import dev.argyle.client.SocksException.Reason;
import dev.argyle.wire.gssapi.GssapiFrame;
import dev.argyle.wire.gssapi.GssapiFrame.Purpose;
import dev.argyle.wire.gssapi.Protection;
import javax.security.auth.login.LoginException;
import org.ietf.jgss.GSSException;
import org.ietf.jgss.MessageProp;
import org.jspecify.annotations.Nullable;

/**
 * The sub-negotiation of RFC 1961: tokens until the security context is established, then the level
 * of protection. Tokens in, actions out; only the JDK's asking of the KDC blocks.
 *
 * <p>{@link #next} is asked first; when it has nothing to say, a token is due.
 */
final class GssapiExchange {

  /** What is due. */
  private enum State {
    FIRST_TOKEN,
    CONTEXT,
    LEVEL_TO_SEND,
    LEVEL,
    AGREED
  }

  private static final byte[] NOTHING = {};

  private final GssapiCredentials credentials;
  private final boolean inOrder;
  private final SecurityContext context;
  private State state = State.FIRST_TOKEN;
  private @Nullable Seal seal;

  /**
   * @param inOrder whether what follows is a stream
   */
  GssapiExchange(GssapiCredentials credentials, boolean inOrder) {
    this.credentials = credentials;
    this.inOrder = inOrder;
    this.context = new SecurityContext(credentials, inOrder);
  }

  /** What there is to send before a token can come; null: nothing. */
  @Nullable Action next() {
    return switch (state) {
      case FIRST_TOKEN -> step(NOTHING);
      case LEVEL_TO_SEND -> askForLevel();
      case CONTEXT, LEVEL, AGREED -> null;
    };
  }

  /** Whether the request can follow. */
  boolean isAgreed() {
    return state == State.AGREED;
  }

  boolean isEstablishing() {
    return state == State.FIRST_TOKEN || state == State.CONTEXT;
  }

  /** What protects everything that follows; null: nothing does. */
  @Nullable Seal seal() {
    return seal;
  }

  /** Takes a frame. Null: nothing is to be said. */
  @Nullable Action take(GssapiFrame frame) {
    return switch (frame) {
      case GssapiFrame.Abort _ -> refused();
      case GssapiFrame.Token(Purpose purpose, byte[] token) -> {
        Purpose due = isEstablishing() ? Purpose.CONTEXT : Purpose.PROTECTION_LEVEL;
        if (purpose != due) {
          yield failed(new Reason.ProtocolViolation("a frame for " + purpose + " was not due"));
        }
        yield due == Purpose.CONTEXT ? step(token) : granted(token);
      }
    };
  }

  private Action refused() {
    credentials.tickets().forget(); // the service may have a new key
    return failed(new Reason.AuthenticationRefused());
  }

  private @Nullable Action step(byte[] token) {
    byte[] next;
    try {
      next = context.step(token);
    } catch (GSSException | LoginException failure) {
      credentials.tickets().forget();
      return failed(new Reason.GssapiFailed(GssapiAdvice.on(failure, credentials)));
    }
    state = context.isEstablished() ? State.LEVEL_TO_SEND : State.CONTEXT;
    if (next.length > GssapiFrame.MAX_TOKEN_OCTETS) {
      String words = "the ticket is too long for RFC 1961: it has " + next.length + " octets";
      return failed(new Reason.GssapiFailed(words));
    }
    return next.length == 0 ? next() : send(Purpose.CONTEXT, next);
  }

  private Action askForLevel() {
    if (!context.isMutualAndProtects()) {
      String words = "the server did not authenticate itself, or cannot protect messages";
      return failed(new Reason.GssapiFailed(words));
    }
    state = State.LEVEL;
    byte[] level = {(byte) credentials.protection().code()};
    try {
      byte[] token = credentials.isNec() ? level : context.wrap(level, 0, 1, false);
      return send(Purpose.PROTECTION_LEVEL, token);
    } catch (GSSException failure) {
      return failed(new Reason.GssapiFailed(GssapiAdvice.on(failure, credentials)));
    }
  }

  private @Nullable Action granted(byte[] token) {
    byte[] level;
    try {
      level = credentials.isNec() ? token : context.unwrap(token, new MessageProp(0, false));
    } catch (GSSException changed) {
      return failed(new Reason.ProtocolViolation("its level of protection is not authentic"));
    }
    Protection granted = level.length == 1 ? Protection.of(level[0]) : null;
    if (granted == null) {
      return failed(new Reason.ProtocolViolation("its level of protection is none of 0 to 3"));
    }
    Protection wanted = credentials.protection();
    if (!wanted.isKeptBy(granted)) {
      return failed(new Reason.ProtectionTooWeak(wanted, granted));
    }
    state = State.AGREED;
    return credentials.isNec() || granted == Protection.NONE ? null : sealed(granted);
  }

  private @Nullable Action sealed(Protection granted) {
    try {
      seal = new Seal(context, granted, inOrder);
      return null;
    } catch (GSSException failure) {
      return failed(new Reason.GssapiFailed(GssapiAdvice.on(failure, credentials)));
    }
  }

  private static Action send(Purpose purpose, byte[] token) {
    return new Action.Send(new GssapiFrame.Token(purpose, token));
  }

  private static Action failed(Reason reason) {
    return new Action.Failed(reason);
  }
}
