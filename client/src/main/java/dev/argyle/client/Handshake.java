package dev.argyle.client;

import dev.argyle.client.SocksException.Reason;
import dev.argyle.wire.Decoded;
import dev.argyle.wire.Writable;
import dev.argyle.wire.gssapi.GssapiFrame;
import dev.argyle.wire.gssapi.GssapiFrame.Purpose;
import dev.argyle.wire.socks.CredentialsReply;
import dev.argyle.wire.socks.Greeting;
import dev.argyle.wire.socks.Method;
import dev.argyle.wire.socks.MethodChoice;
import dev.argyle.wire.socks.Reply;
import dev.argyle.wire.socks.ReplyCode;
import dev.argyle.wire.socks.Request;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of RFC 1928, RFC 1929 and RFC 1961, up to the reply, and for BIND up to the
 * second one: octets in, actions out; no socket, clock or thread. The server's side is {@code
 * dev.argyle.server.session.Handshake}.
 *
 * <p>{@link #next} is called until it has nothing to say; then {@link #wanted} more octets are due.
 * No more than those may be taken off the connection: what follows the last reply is the tunnel's.
 * Of a reply that came sealed, the frame may hold the first of that already: {@link #opened}.
 */
final class Handshake {

  /** Where the negotiation is; the words say what the server owes. */
  enum State {
    START("nothing yet"),
    METHODS("its choice of a method"),
    PASSWORD("its verdict on the credentials"),
    GSSAPI_CONTEXT("its token of the security context"),
    GSSAPI_LEVEL("its level of protection"),
    REPLY("its reply"),
    SECOND_REPLY("its second reply"),
    DONE("nothing more");

    private final String owed;

    State(String owed) {
      this.owed = owed;
    }

    String owed() {
      return owed;
    }
  }

  /** What is to be done. */
  sealed interface Action {

    /** Send this and ask again. */
    record Send(Writable message) implements Action {}

    /** The server has done what it was asked for; of a BIND, the first half at first. */
    record Answered(Reply reply) implements Action {}

    /** Close. */
    record Failed(Reason reason) implements Action {}
  }

  /** VER, REP, RSV, ATYP, and the first octet of the address: the length of the rest is known. */
  private static final int LENGTH_KNOWN_OCTETS = 5;

  /** The longest reply (RFC 1928, section 6). */
  private static final int MAX_REPLY_OCTETS = 262;

  private static final int VERSION = 0x05;
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final Credentials credentials;
  private final Request request;
  private final @Nullable GssapiExchange gssapi;
  private State state = State.START;
  private ByteBuffer opened = NOTHING;

  Handshake(Credentials credentials, Request request) {
    this.credentials = credentials;
    this.request = request;
    this.gssapi =
        credentials instanceof GssapiCredentials kerberos
            ? new GssapiExchange(kerberos, !(request instanceof Request.UdpAssociate))
            : null;
  }

  State state() {
    return state;
  }

  /** The longest message that may come. */
  int maxMessageOctets() {
    return gssapi == null ? MAX_REPLY_OCTETS : 4 + GssapiFrame.MAX_TOKEN_OCTETS;
  }

  /** What protects everything behind the request; null: nothing does. */
  @Nullable Seal seal() {
    return gssapi == null ? null : gssapi.seal();
  }

  /** Of a sealed reply: what came behind it in the same frame. */
  ByteBuffer opened() {
    return opened;
  }

  /**
   * Takes one message.
   *
   * @param in octets from where the last call left it; not kept
   * @return null: more octets are due first
   */
  @Nullable Action next(ByteBuffer in) {
    return switch (state) {
      case START -> greet();
      case METHODS -> take(MethodChoice.read(in), this::choose);
      case PASSWORD -> take(CredentialsReply.read(in), this::judged);
      case GSSAPI_CONTEXT, GSSAPI_LEVEL -> exchange(in);
      case REPLY, SECOND_REPLY -> {
        Seal seal = seal();
        yield seal == null ? reply(in) : sealedReply(seal, in);
      }
      case DONE -> null;
    };
  }

  /**
   * How many more octets the message that is due has at least.
   *
   * @param in what is there of it, as {@link #next} left it
   */
  int wanted(ByteBuffer in) {
    int there = in.remaining();
    return switch (state) {
      case METHODS, PASSWORD -> 2 - there;
      case GSSAPI_CONTEXT, GSSAPI_LEVEL -> frameLength(in) - there;
      case REPLY, SECOND_REPLY -> (seal() == null ? replyLength(in) : frameLength(in)) - there;
      case START, DONE -> 0;
    };
  }

  /** As far as it is known: an abort ends behind MTYP. */
  private static int frameLength(ByteBuffer in) {
    int start = in.position();
    return switch (in.remaining()) {
      case 0, 1 -> 2;
      case 2, 3 -> 4;
      default -> 4 + Short.toUnsignedInt(in.getShort(start + 2));
    };
  }

  /**
   * The server will send nothing more.
   *
   * @param in what is there, as {@link #next} left it
   */
  Action ended(ByteBuffer in) {
    Reason refusal = seal() == null ? refusal(in) : refusal(opened);
    return failed(refusal != null ? refusal : new Reason.ClosedByServer());
  }

  private static int replyLength(ByteBuffer in) {
    if (in.remaining() < LENGTH_KNOWN_OCTETS) {
      return LENGTH_KNOWN_OCTETS;
    }
    int start = in.position();
    return switch (in.get(start + 3)) {
      case 0x01 -> 3 + 1 + 4 + 2;
      case 0x03 -> 3 + 1 + 1 + Byte.toUnsignedInt(in.get(start + 4)) + 2;
      default -> 3 + 1 + 16 + 2; // 04: an unknown one is malformed
    };
  }

  private <M, A> @Nullable Action take(Decoded<M, A> decoded, Function<M, @Nullable Action> then) {
    return switch (decoded) {
      case Decoded.NeedMore<M, A> _ -> null;
      case Decoded.Message<M, A>(M message) -> then.apply(message);
      case Decoded.Malformed<M, A>(A _, String reason) ->
          failed(new Reason.ProtocolViolation(reason));
    };
  }

  private Action greet() {
    state = State.METHODS;
    Set<Method> offered =
        switch (credentials) {
          case Credentials.None _ -> Set.of(Method.NONE);
          case Credentials.UserAndPassword _ -> Set.of(Method.NONE, Method.PASSWORD);
          case GssapiCredentials _ -> Set.of(Method.GSSAPI);
        };
    return new Action.Send(new Greeting(offered));
  }

  private @Nullable Action choose(MethodChoice choice) {
    return switch (choice) {
      case NONE -> gssapi == null ? ask() : notOffered();
      case PASSWORD -> {
        if (!(credentials instanceof Credentials.UserAndPassword secret)) {
          yield notOffered();
        }
        state = State.PASSWORD;
        yield new Action.Send(secret.message());
      }
      case GSSAPI -> {
        state = State.GSSAPI_CONTEXT;
        yield gssapi == null ? notOffered() : over(gssapi, gssapi.next());
      }
      case NONE_ACCEPTABLE -> failed(new Reason.NoAcceptableMethod());
    };
  }

  private Action notOffered() {
    return failed(new Reason.ProtocolViolation("the server chose a method that was not offered"));
  }

  private Action judged(CredentialsReply reply) {
    return switch (reply) {
      case ACCEPTED -> ask();
      case REFUSED -> failed(new Reason.AuthenticationRefused());
    };
  }

  private @Nullable Action exchange(ByteBuffer in) {
    GssapiExchange exchange = Objects.requireNonNull(gssapi);
    Action due = exchange.next();
    return over(exchange, due != null ? due : take(GssapiFrame.read(in), exchange::take));
  }

  /** Where the exchange is, we are. */
  private @Nullable Action over(GssapiExchange exchange, @Nullable Action action) {
    if (action instanceof Action.Failed || state == State.DONE) {
      state = State.DONE;
      return action;
    }
    if (exchange.isAgreed()) {
      return ask();
    }
    state = exchange.isEstablishing() ? State.GSSAPI_CONTEXT : State.GSSAPI_LEVEL;
    return action;
  }

  private Action ask() {
    state = State.REPLY;
    Seal seal = seal();
    byte[] octets = request.octets();
    return new Action.Send(seal == null ? request : seal.seal(octets, 0, octets.length));
  }

  /** Replies are in frames, cut as the server likes. */
  private @Nullable Action sealedReply(Seal seal, ByteBuffer in) {
    Action replied = reply(opened);
    return replied != null
        ? replied
        : take(
            GssapiFrame.read(in),
            frame ->
                switch (frame) {
                  case GssapiFrame.Token(Purpose purpose, byte[] token)
                      when purpose == Purpose.DATA ->
                      opened(seal, token, in);
                  case GssapiFrame.Token _ ->
                      failed(new Reason.ProtocolViolation("a frame of data was due"));
                  case GssapiFrame.Abort _ -> failed(new Reason.Aborted());
                });
  }

  private @Nullable Action opened(Seal seal, byte[] token, ByteBuffer in) {
    try {
      byte[] more = seal.open(token);
      ByteBuffer all = ByteBuffer.allocate(opened.remaining() + more.length);
      opened = all.put(opened).put(more).flip();
    } catch (Seal.Broken broken) {
      return failed(new Reason.ProtocolViolation(broken.words()));
    }
    return sealedReply(seal, in);
  }

  private @Nullable Action reply(ByteBuffer in) {
    Reason refusal = refusal(in);
    return switch (Reply.read(in)) {
      case Decoded.NeedMore<Reply, Void> _ -> null;
      case Decoded.Message<Reply, Void>(Reply reply) ->
          refusal != null ? failed(refusal) : answered(reply);
      case Decoded.Malformed<Reply, Void>(Void _, String words) ->
          failed(refusal != null ? refusal : new Reason.ProtocolViolation(words));
    };
  }

  /**
   * What a reply says by its REP alone: some servers send no proper address behind one, or nothing.
   */
  private @Nullable Reason refusal(ByteBuffer in) {
    int start = in.position();
    boolean replying = state == State.REPLY || state == State.SECOND_REPLY;
    if (!replying || in.remaining() < 2 || in.get(start) != VERSION) {
      return null;
    }
    ReplyCode code = ReplyCode.of(Byte.toUnsignedInt(in.get(start + 1)));
    return code == null || code == ReplyCode.SUCCEEDED ? null : new Reason.Refused(code);
  }

  private Action answered(Reply reply) {
    boolean another = state == State.REPLY && request instanceof Request.Bind;
    state = another ? State.SECOND_REPLY : State.DONE;
    return new Action.Answered(reply);
  }

  private Action failed(Reason reason) {
    state = State.DONE;
    return new Action.Failed(reason);
  }
}
