package dev.argyle.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.client.Handshake.Action;
import dev.argyle.client.SocksException.Reason;
import dev.argyle.wire.Destination;
import dev.argyle.wire.Host;
import dev.argyle.wire.Writable;
import dev.argyle.wire.socks.Method;
import dev.argyle.wire.socks.Reply;
import dev.argyle.wire.socks.ReplyCode;
import dev.argyle.wire.socks.Request;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The client's machine and the server's, talking to each other in memory. */
@Tag("play")
class BothHandshakesTest {

  private static final Destination BOUND = Destination.of(new InetSocketAddress("192.0.2.1", 80));
  private static final Destination PEER = Destination.of(new InetSocketAddress("192.0.2.2", 20));
  private static final Destination PLACE = new Destination(new Host.Name("a.example"), 443);

  /** A direction: what was written, and what of it is there to be read. */
  private static final class Pipe {

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private int taken;

    void write(Writable message) {
      written.writeBytes(message.octets());
    }

    ByteBuffer rest() {
      return ByteBuffer.wrap(written.toByteArray(), taken, written.size() - taken);
    }

    void takenUpTo(ByteBuffer in) {
      taken = in.position();
    }
  }

  private final Pipe toServer = new Pipe();
  private final Pipe toClient = new Pipe();
  private @Nullable Request served;

  /** Plays until neither side has anything to say. */
  private @Nullable Action play(
      Handshake client, dev.argyle.server.session.Handshake server, Reply... replies) {
    Action last = null;
    while (true) {
      Action said = clientSays(client);
      boolean answered = serverAnswers(server, replies);
      if (said == null && !answered) {
        return last;
      }
      last = said != null ? said : last;
    }
  }

  private @Nullable Action clientSays(Handshake client) {
    ByteBuffer in = toClient.rest();
    Action action = client.next(in);
    toClient.takenUpTo(in);
    if (action == null) {
      assertThat(in.remaining()).isLessThan(Math.max(1, client.wanted(in) + in.remaining()));
    }
    if (action instanceof Action.Send(Writable message)) {
      toServer.write(message);
    }
    return action;
  }

  private boolean serverAnswers(dev.argyle.server.session.Handshake server, Reply... replies) {
    ByteBuffer in = toServer.rest();
    var action = server.next(in);
    toServer.takenUpTo(in);
    while (action instanceof dev.argyle.server.session.Handshake.Action.Verify(var credentials)) {
      action = server.judged(new String(credentials.password()).equals("right"));
    }
    switch (action) {
      case null -> {
        return false;
      }
      case dev.argyle.server.session.Handshake.Action.Answer(Writable message) ->
          toClient.write(message);
      case dev.argyle.server.session.Handshake.Action.Refuse refuse ->
          toClient.write(refuse.answer());
      case dev.argyle.server.session.Handshake.Action.Serve(Request request) -> {
        served = request;
        for (Reply reply : replies) {
          toClient.write(reply);
        }
      }
      default -> throw new AssertionError("the server hangs up: " + action);
    }
    return true;
  }

  private static dev.argyle.server.session.Handshake serverWith(Method... preference) {
    return new dev.argyle.server.session.Handshake(List.of(preference));
  }

  private static Handshake ana(String password, Request request) {
    return new Handshake(Credentials.password("ana", password.toCharArray()), request);
  }

  @ParameterizedTest
  @CsvSource({"NONE, NONE", "PASSWORD, PASSWORD", "PASSWORD, NONE", "NONE, PASSWORD"})
  void theyAgreeWhateverTheServerPrefers(Method first, Method second) {
    Request request = new Request.Connect(PLACE);
    Action end =
        play(
            ana("right", request),
            serverWith(first, second),
            new Reply(ReplyCode.SUCCEEDED, BOUND));
    assertThat(end).isEqualTo(new Action.Answered(new Reply(ReplyCode.SUCCEEDED, BOUND)));
    assertThat(served).isEqualTo(request);
    assertThat(toServer.rest().remaining() + toClient.rest().remaining()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"wrong", "Right", "r"})
  void wrongPasswordIsRefused(String password) {
    Action end = play(ana(password, new Request.Connect(PLACE)), serverWith(Method.PASSWORD));
    assertThat(end).isEqualTo(new Action.Failed(new Reason.AuthenticationRefused()));
    assertThat(served).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PASSWORD", "GSSAPI"})
  void methodThatWasNotOfferedIsNotChosen(Method only) {
    Handshake client = new Handshake(Credentials.none(), new Request.Connect(PLACE));
    assertThat(play(client, serverWith(only)))
        .isEqualTo(new Action.Failed(new Reason.NoAcceptableMethod()));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void bindIsAnsweredTwice(boolean comes) {
    Request request = new Request.Bind(PLACE);
    Reply second =
        comes ? new Reply(ReplyCode.SUCCEEDED, PEER) : Reply.failure(ReplyCode.TTL_EXPIRED);
    Action end =
        play(
            ana("right", request),
            serverWith(Method.PASSWORD),
            new Reply(ReplyCode.SUCCEEDED, BOUND),
            second);
    assertThat(served).isEqualTo(request);
    assertThat(end)
        .isEqualTo(
            comes
                ? new Action.Answered(second)
                : new Action.Failed(new Reason.Refused(ReplyCode.TTL_EXPIRED)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"NOT_ALLOWED", "HOST_UNREACHABLE", "COMMAND_NOT_SUPPORTED"})
  void refusalReachesTheClient(ReplyCode code) {
    Action end =
        play(
            ana("right", new Request.UdpAssociate(Destination.UNSPECIFIED)),
            serverWith(Method.NONE),
            Reply.failure(code));
    assertThat(end).isEqualTo(new Action.Failed(new Reason.Refused(code)));
  }
}
