package dev.argyle.server.session.gssapi;

import dev.argyle.wire.gssapi.GssapiFrame;
import dev.argyle.wire.gssapi.GssapiFrame.Purpose;
import dev.argyle.wire.gssapi.GssapiFrame.Token;
import dev.argyle.wire.gssapi.Protection;
import org.ietf.jgss.GSSContext;
import org.ietf.jgss.GSSException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's side of RFC 1961, sections 3 and 4: the client's tokens in, ours out; no socket,
 * clock or thread.
 *
 * <p>First tokens establish a context, then exactly one message asks for a level of protection:
 * wrapped but not encrypted, one octet, answered alike. Under {@code nec} that octet may also come
 * bare, which means that nothing is wrapped from then on, and the answer says so. One call at a
 * time; each computes for a while.
 */
public final class Negotiation {

  private static final Logger LOG = LoggerFactory.getLogger(Negotiation.class);

  /** Tokens of a client until its context is established; Kerberos needs one. */
  static final int MAX_ROUNDS = 8;

  /** Octets of all these tokens. */
  static final int MAX_CONTEXT_OCTETS = 2 * GssapiFrame.MAX_TOKEN_OCTETS;

  /** What a token led to. */
  public sealed interface Step {

    /** More is due from the client. */
    record Continue(@Nullable Token answer) implements Step {}

    /**
     * The client is this user, and both know how they go on.
     *
     * @param seal null: nothing is wrapped
     */
    record Agreed(Token answer, String user, String principal, @Nullable Seal seal)
        implements Step {}

    /**
     * The client is not let in.
     *
     * @param principal who it proved to be, if it came so far
     */
    record Refused(String words, @Nullable String principal) implements Step {}

    /** Whether the client is let in cannot be told, which is not its failing. */
    record Unavailable(String words) implements Step {}
  }

  private enum State {
    CONTEXT,
    LEVEL,
    OVER
  }

  private final GssapiService service;
  private State state = State.CONTEXT;
  private @Nullable GSSContext context;
  private int rounds;
  private int contextOctets;
  private String principal = "";
  private String user = "";

  Negotiation(GssapiService service) {
    this.service = service;
  }

  /** Takes the client's next token. */
  public Step next(Token token) {
    Step step;
    try {
      step =
          switch (state) {
            case CONTEXT -> establish(token);
            case LEVEL -> level(token);
            case OVER -> throw new IllegalStateException("the negotiation is over");
          };
    } catch (GSSException failure) {
      step = refused(Failures.words(failure));
    }
    if (!(step instanceof Step.Continue)) {
      state = State.OVER;
    }
    if (state == State.OVER && !(step instanceof Step.Agreed(_, _, _, Seal _))) {
      dispose(); // a seal needs it to its own end
    }
    return step;
  }

  /** Gives up; not while a token is being looked at. */
  public void dispose() {
    state = State.OVER;
    GSSContext begun = context;
    context = null;
    if (begun != null) {
      try {
        begun.dispose();
      } catch (GSSException ignored) {
        LOG.debug("the library could not dispose of a context", ignored);
      }
    }
  }

  private Step establish(Token token) throws GSSException {
    if (token.purpose() != Purpose.CONTEXT) {
      return refused("a frame of another kind where a context token is due");
    }
    byte[] octets = token.value();
    rounds++;
    contextOctets += octets.length;
    if (rounds > MAX_ROUNDS || contextOctets > MAX_CONTEXT_OCTETS) {
      return refused("too many context tokens, or too long ones");
    }
    GSSContext accepting = context == null ? service.context() : context;
    context = accepting;
    byte[] answer = accept(accepting, octets);
    if (accepting.isEstablished()) {
      Step.Refused refusal = identify(accepting);
      if (refusal != null) {
        return refusal;
      }
      state = State.LEVEL;
    }
    return new Step.Continue(
        answer == null || answer.length == 0 ? null : new Token(Purpose.CONTEXT, answer));
  }

  private byte @Nullable [] accept(GSSContext accepting, byte[] token) throws GSSException {
    try {
      return service.asService(() -> accepting.acceptSecContext(token, 0, token.length));
    } catch (RuntimeException tripped) { // Java's reader does over some tokens that make no sense
      throw new GSSException(GSSException.DEFECTIVE_TOKEN);
    }
  }

  private Step.@Nullable Refused identify(GSSContext established) throws GSSException {
    if (established.getAnonymityState()) {
      return refused("anonymous");
    }
    principal = String.valueOf(established.getSrcName());
    String realm = service.realm();
    if (realm == null) {
      return refused("the service has no realm; name one as socks.gssapi.realm");
    }
    return switch (Principals.map(principal, realm)) {
      case Principals.Mapped.Nobody(String words) -> refused(words);
      case Principals.Mapped.User(String name) -> {
        user = name;
        yield null;
      }
    };
  }

  private Step level(Token token) throws GSSException {
    GSSContext established = context;
    if (established == null || token.purpose() != Purpose.PROTECTION_LEVEL) {
      return refused("a frame of another kind where the level of protection is due");
    }
    byte[] value = token.value();
    if (service.nec() && value.length == 1) {
      byte[] nothing = {(byte) Protection.NONE.code()};
      return agreed(new Token(Purpose.PROTECTION_LEVEL, nothing), null);
    }
    Seal seal = new Seal(established);
    byte[] wanted;
    try {
      wanted = seal.unwrapLevel(value);
    } catch (SealBroken broken) {
      return refused("the wanted level of protection: " + broken.getMessage());
    }
    if (wanted.length != 1) {
      return refused("the wanted level of protection is not one octet");
    }
    Protection granted = service.granted(Byte.toUnsignedInt(wanted[0]), established);
    if (granted == null) {
      return refused("the client's context can do none of socks.gssapi.protection");
    }
    byte[] level = {(byte) granted.code()};
    Token answer = new Token(Purpose.PROTECTION_LEVEL, seal.wrap(level, 0, 1, false));
    if (granted == Protection.NONE) {
      return agreed(answer, null);
    }
    seal.agree(granted);
    return agreed(answer, seal);
  }

  private Step agreed(Token answer, @Nullable Seal seal) {
    return new Step.Agreed(answer, user, principal, seal);
  }

  private Step.Refused refused(String words) {
    return new Step.Refused(words, principal.isEmpty() ? null : principal);
  }
}
