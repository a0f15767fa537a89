package dev.argyle.server.session;

import dev.argyle.server.session.gssapi.FrameAssembly;
import dev.argyle.server.session.gssapi.Negotiation;
import dev.argyle.server.session.gssapi.Seal;
import dev.argyle.server.session.gssapi.SealBroken;
import dev.argyle.server.session.gssapi.Sealing;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.wire.Decoded;
import dev.argyle.wire.Destination;
import dev.argyle.wire.Writable;
import dev.argyle.wire.gssapi.GssapiFrame;
import dev.argyle.wire.gssapi.GssapiFrame.Abort;
import dev.argyle.wire.gssapi.GssapiFrame.Purpose;
import dev.argyle.wire.gssapi.GssapiFrame.Token;
import dev.argyle.wire.socks.Credentials;
import dev.argyle.wire.socks.CredentialsReply;
import dev.argyle.wire.socks.Greeting;
import dev.argyle.wire.socks.Method;
import dev.argyle.wire.socks.MethodChoice;
import dev.argyle.wire.socks.OtherProtocol;
import dev.argyle.wire.socks.Reply;
import dev.argyle.wire.socks.ReplyCode;
import dev.argyle.wire.socks.Request;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of RFC 1928, RFC 1929 and, frames and their order, RFC 1961, up to the request:
 * octets in, actions out; no socket, clock or thread.
 *
 * <p>{@link #next} is called until it has nothing to say, for messages may be pipelined. While an
 * answer of ours is due first ({@link State#VERIFYING}), and behind the request, octets stay where
 * they are.
 */
public final class Handshake {

  /** Where the negotiation is. */
  public enum State {
    METHODS("no greeting came"),
    PASSWORD("no password came"),
    GSSAPI("no token of GSSAPI came"),
    VERIFYING("its credentials were not judged in time"),
    REQUEST("no request came"),
    SEALED_REQUEST("no request came"),
    DONE("it does not close");

    private final String lateness;

    State(String lateness) {
      this.lateness = lateness;
    }

    /** What is missing if the handshake's time is up, for the log. */
    public String lateness() {
      return lateness;
    }
  }

  /** What is to be done. */
  public sealed interface Action {

    /** Send this and ask again. */
    record Answer(Writable message) implements Action {}

    /** Find out whether these are right, and say so to {@link Handshake#judged}. */
    record Verify(Credentials credentials) implements Action {}

    /** Find out what this leads to, and say so to {@link Handshake#negotiated}. */
    record Negotiate(Token token) implements Action {}

    /** The client may have what it asks for, if the rules allow it. */
    record Serve(Request request) implements Action {}

    /**
     * Send this, then close.
     *
     * @param patient the client is expected to close first, and has until the handshake's deadline
     */
    record Refuse(Writable answer, boolean patient, EndReason why, String words)
        implements Action {}

    /** The client has come to its request, but it is none that can be served: say so and close. */
    record Reject(ReplyCode code, String words) implements Action {}

    /** Close without a word. */
    record Hang(EndReason why, String words) implements Action {}
  }

  /** Frames that a request may come in: as many as it has octets at most (RFC 1928, section 4). */
  static final int MAX_REQUEST_FRAMES = 262;

  /**
   * Octets of tokens that complete no request, before one more is unwrapped: enough for one octet a
   * frame under every encryption type (less than 80 around it). Unwrapping is done on the loop.
   */
  static final int MAX_REQUEST_TOKEN_OCTETS = 1 << 15;

  private static final int MAX_METHODS_SHOWN = 8;

  private final List<Method> preference;
  private final boolean nobodyHasAPassword;
  private final boolean knownByAddress;
  private State state = State.METHODS;
  private boolean otherProtocol;
  private boolean mayBeNobody; // it has offered NO AUTHENTICATION too, which would do
  private @Nullable Method chosen;
  private final FrameAssembly frames = new FrameAssembly();
  private @Nullable Seal seal;
  private int requestFrames;
  private int requestTokenOctets;
  private ByteBuffer plain = ByteBuffer.allocate(0); // unwrapped, and not taken yet

  /**
   * @param preference the methods that are offered, in order of preference
   */
  public Handshake(List<Method> preference) {
    this(preference, false, false);
  }

  /**
   * @param preference the methods that are offered, in order of preference
   * @param nobodyHasAPassword no account could log in with a password, so NO AUTHENTICATION goes
   *     before it where both are offered: a client that offers both has no use for the other one
   * @param knownByAddress NO AUTHENTICATION does in any case: the client's address says who it is
   */
  public Handshake(List<Method> preference, boolean nobodyHasAPassword, boolean knownByAddress) {
    this.preference = preference;
    this.knownByAddress = knownByAddress;
    this.nobodyHasAPassword = nobodyHasAPassword;
  }

  public State state() {
    return state;
  }

  /** The method that was chosen; null before that. */
  public @Nullable Method chosen() {
    return chosen;
  }

  /**
   * Takes one message.
   *
   * @param in octets from where the last call left it; not kept
   * @return null: more octets, or our own answer, are due first
   */
  public @Nullable Action next(ByteBuffer in) {
    return switch (state) {
      case METHODS -> {
        int start = in.position();
        yield OtherProtocol.maySpeakSocks5(in)
            ? take(Greeting.read(in), greeting -> choose(greeting, in, start))
            : refuse(OtherProtocol.of(in));
      }
      case PASSWORD -> {
        int nameAlone = mayBeNobody ? Credentials.lengthWithoutPassword(in) : 0;
        yield nameAlone == 0
            ? take(Credentials.read(in), this::verify)
            : admitNobody(in, nameAlone);
      }
      case GSSAPI -> take(frames.next(in), this::negotiate);
      case REQUEST -> take(Request.read(in), this::serve);
      case SEALED_REQUEST -> unseal(in);
      case VERIFYING, DONE -> null;
    };
  }

  private <M, A extends Writable> @Nullable Action take(
      Decoded<M, A> decoded, Function<M, Action> then) {
    return switch (decoded) {
      case Decoded.NeedMore<M, A> _ -> null;
      case Decoded.Message<M, A>(M message) -> then.apply(message);
      case Decoded.Malformed<M, A>(@Nullable A answer, String reason) -> malformed(answer, reason);
    };
  }

  private Action malformed(@Nullable Writable answer, String reason) {
    state = State.DONE;
    return switch (answer) {
      case null -> new Action.Hang(EndReason.PROTOCOL_ERROR, reason);
      case Reply(ReplyCode code, Destination _) -> new Action.Reject(code, reason);
      default -> new Action.Refuse(answer, false, EndReason.PROTOCOL_ERROR, reason);
    };
  }

  /** Null: it is not known yet what the client speaks. */
  private @Nullable Action refuse(@Nullable OtherProtocol came) {
    if (came == null) {
      return null;
    }
    otherProtocol = true;
    String words = came.words() + " came: only SOCKS 5 is spoken here";
    Writable answer = came.answer();
    state = State.DONE;
    return answer == null
        ? new Action.Hang(EndReason.PROTOCOL_ERROR, words)
        : new Action.Refuse(answer, false, EndReason.PROTOCOL_ERROR, words);
  }

  /** Whether the client was refused because its first octet is not that of SOCKS 5. */
  public boolean isOtherProtocol() {
    return otherProtocol;
  }

  private Action choose(Greeting greeting, ByteBuffer in, int start) {
    if (knownByAddress && greeting.offered().contains(Method.NONE)) {
      chosen = Method.NONE;
      state = State.REQUEST;
      return new Action.Answer(MethodChoice.of(Method.NONE));
    }
    mayBeNobody = preference.contains(Method.NONE) && greeting.offered().contains(Method.NONE);
    for (Method preferred : preference) {
      if (greeting.offered().contains(preferred)) {
        Method method =
            preferred == Method.PASSWORD && nobodyHasAPassword && mayBeNobody
                ? Method.NONE
                : preferred;
        chosen = method;
        state =
            switch (method) {
              case PASSWORD -> State.PASSWORD;
              case NONE -> State.REQUEST;
              case GSSAPI -> State.GSSAPI;
            };
        return new Action.Answer(MethodChoice.of(method));
      }
    }
    state = State.DONE;
    return new Action.Refuse(
        MethodChoice.NONE_ACCEPTABLE,
        true,
        EndReason.NO_ACCEPTABLE_METHOD,
        offered(in, start) + ", none acceptable");
  }

  /** The methods of a greeting that was read, those that nobody knows included. */
  private static String offered(ByteBuffer in, int start) {
    int count = Byte.toUnsignedInt(in.get(start + 1));
    StringBuilder words = new StringBuilder(count == 1 ? "method" : "methods");
    for (int i = 0; i < Math.min(count, MAX_METHODS_SHOWN); i++) {
      words.append(i == 0 ? " 0x" : ", 0x");
      words.append(HexFormat.of().toHexDigits(in.get(start + 2 + i)));
    }
    return words.append(count > MAX_METHODS_SHOWN ? " and more offered" : " offered").toString();
  }

  /**
   * Java's own client offers NO AUTHENTICATION and a password, whether it has one or not, and sends
   * the system user's name with an empty one if it has none.
   */
  private Action admitNobody(ByteBuffer in, int octets) {
    in.position(in.position() + octets);
    state = State.REQUEST;
    return new Action.Answer(CredentialsReply.ACCEPTED);
  }

  private Action verify(Credentials credentials) {
    state = State.VERIFYING;
    return new Action.Verify(credentials);
  }

  /** The verdict on the credentials of the last {@link Action.Verify}. */
  public Action judged(boolean accepted) {
    if (accepted) {
      state = State.REQUEST;
      return new Action.Answer(CredentialsReply.ACCEPTED);
    }
    state = State.DONE;
    return new Action.Refuse(
        CredentialsReply.REFUSED,
        false,
        EndReason.AUTHENTICATION_FAILED,
        "unknown user or wrong password");
  }

  /**
   * There is no verdict on the credentials, which is not the client's failing.
   *
   * @param why for the log
   */
  public Action unjudged(String why) {
    return unavailable(CredentialsReply.REFUSED, why);
  }

  private Action negotiate(GssapiFrame frame) {
    return switch (frame) {
      case Token token -> {
        state = State.VERIFYING;
        yield new Action.Negotiate(token);
      }
      case Abort() -> aborted();
    };
  }

  private Action aborted() {
    state = State.DONE;
    return new Action.Hang(EndReason.ABORTED, "gave up");
  }

  /**
   * What the token of the last {@link Action.Negotiate} led to.
   *
   * @return null: more octets are due, and no answer
   */
  public @Nullable Action negotiated(Negotiation.Step step) {
    return switch (step) {
      case Negotiation.Step.Continue(@Nullable Token answer) -> {
        state = State.GSSAPI;
        yield answer == null ? null : new Action.Answer(answer);
      }
      case Negotiation.Step.Agreed(Token answer, _, _, @Nullable Seal agreed) -> {
        seal = agreed;
        state = agreed == null ? State.REQUEST : State.SEALED_REQUEST;
        yield new Action.Answer(answer);
      }
      case Negotiation.Step.Refused(String words, _) -> {
        state = State.DONE;
        yield new Action.Refuse(new Abort(), false, EndReason.AUTHENTICATION_FAILED, words);
      }
      case Negotiation.Step.Unavailable(String words) -> unavailable(new Abort(), words);
    };
  }

  private Action unavailable(Writable answer, String words) {
    state = State.DONE;
    return new Action.Refuse(answer, false, EndReason.ACCOUNTS_UNAVAILABLE, words);
  }

  /** The request in its frames, of which it may need several. */
  private @Nullable Action unseal(ByteBuffer in) {
    while (true) {
      Action action = take(Request.read(plain), this::serve);
      if (action != null) {
        return action;
      }
      switch (frames.next(in)) {
        case Decoded.NeedMore<GssapiFrame, Abort> _ -> {
          return null;
        }
        case Decoded.Malformed<GssapiFrame, Abort>(@Nullable Abort answer, String reason) -> {
          return malformed(answer, reason);
        }
        case Decoded.Message<GssapiFrame, Abort>(Abort()) -> {
          return aborted();
        }
        case Decoded.Message<GssapiFrame, Abort>(Token(Purpose purpose, byte[] token)) -> {
          String broken = unseal(purpose, token);
          if (broken != null) {
            state = State.DONE;
            return new Action.Refuse(new Abort(), false, EndReason.SEAL_BROKEN, broken);
          }
        }
      }
    }
  }

  /** Keeps what a token carries; not null: what is wrong with it. */
  private @Nullable String unseal(Purpose purpose, byte[] token) {
    if (purpose != Purpose.DATA || seal == null) {
      return "a frame of another kind where wrapped data is due";
    }
    if (++requestFrames > MAX_REQUEST_FRAMES || requestTokenOctets > MAX_REQUEST_TOKEN_OCTETS) {
      return "frames without end, and no request";
    }
    requestTokenOctets += token.length;
    try {
      byte[] more = seal.unwrap(token);
      plain = ByteBuffer.allocate(plain.remaining() + more.length).put(plain).put(more).flip();
      return null;
    } catch (SealBroken wrong) {
      return wrong.getMessage();
    }
  }

  /** Octets of frames that are not whole, and of a request that is not. */
  public int heldOctets() {
    return frames.heldOctets() + plain.remaining();
  }

  /** What a sealed session goes on with behind its request; null: it is not sealed. */
  public @Nullable Sealing sealing() {
    if (seal == null) {
      return null;
    }
    byte[] payload = new byte[plain.remaining()];
    plain.get(payload);
    return new Sealing(seal, frames, payload);
  }

  private Action serve(Request request) {
    state = State.DONE;
    return new Action.Serve(request);
  }
}
