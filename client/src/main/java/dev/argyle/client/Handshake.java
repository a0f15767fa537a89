package dev.argyle.client;

import dev.argyle.client.SocksException.Reason;
import dev.argyle.wire.Decoded;
import dev.argyle.wire.Writable;
import dev.argyle.wire.socks.CredentialsReply;
import dev.argyle.wire.socks.Greeting;
import dev.argyle.wire.socks.Method;
import dev.argyle.wire.socks.MethodChoice;
import dev.argyle.wire.socks.Reply;
import dev.argyle.wire.socks.ReplyCode;
import dev.argyle.wire.socks.Request;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of RFC 1928 and RFC 1929, up to the reply, and for BIND up to the second one:
 * octets in, actions out; no socket, clock or thread. The server's side is {@code
 * dev.argyle.server.session.Handshake}.
 *
 * <p>{@link #next} is called until it has nothing to say; then {@link #wanted} more octets are due.
 * No more than those may be taken off the connection: what follows the last reply is the tunnel's.
 */
final class Handshake {

  /** Where the negotiation is; the words say what the server owes. */
  enum State {
    START("nothing yet"),
    METHODS("its choice of a method"),
    PASSWORD("its verdict on the credentials"),
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

  private static final int VERSION = 0x05;

  private final Credentials credentials;
  private final Request request;
  private State state = State.START;

  Handshake(Credentials credentials, Request request) {
    this.credentials = credentials;
    this.request = request;
  }

  State state() {
    return state;
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
      case REPLY, SECOND_REPLY -> reply(in);
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
      case REPLY, SECOND_REPLY ->
          there < LENGTH_KNOWN_OCTETS ? LENGTH_KNOWN_OCTETS - there : replyLength(in) - there;
      case START, DONE -> 0;
    };
  }

  /**
   * The server will send nothing more.
   *
   * @param in what is there, as {@link #next} left it
   */
  Action ended(ByteBuffer in) {
    Reason refusal = refusal(in);
    return failed(refusal != null ? refusal : new Reason.ClosedByServer());
  }

  private static int replyLength(ByteBuffer in) {
    int start = in.position();
    return switch (in.get(start + 3)) {
      case 0x01 -> 3 + 1 + 4 + 2;
      case 0x03 -> 3 + 1 + 1 + Byte.toUnsignedInt(in.get(start + 4)) + 2;
      default -> 3 + 1 + 16 + 2; // 04: an unknown one is malformed
    };
  }

  private <M> @Nullable Action take(Decoded<M, Void> decoded, Function<M, Action> then) {
    return switch (decoded) {
      case Decoded.NeedMore<M, Void> _ -> null;
      case Decoded.Message<M, Void>(M message) -> then.apply(message);
      case Decoded.Malformed<M, Void>(Void _, String reason) ->
          failed(new Reason.ProtocolViolation(reason));
    };
  }

  private Action greet() {
    state = State.METHODS;
    Set<Method> offered =
        switch (credentials) {
          case Credentials.None _ -> Set.of(Method.NONE);
          case Credentials.UserAndPassword _ -> Set.of(Method.NONE, Method.PASSWORD);
        };
    return new Action.Send(new Greeting(offered));
  }

  private Action choose(MethodChoice choice) {
    return switch (choice) {
      case NONE -> ask();
      case PASSWORD ->
          switch (credentials) {
            case Credentials.UserAndPassword secret -> {
              state = State.PASSWORD;
              yield new Action.Send(secret.message());
            }
            case Credentials.None _ -> notOffered();
          };
      case GSSAPI -> notOffered();
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

  private Action ask() {
    state = State.REPLY;
    return new Action.Send(request);
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
