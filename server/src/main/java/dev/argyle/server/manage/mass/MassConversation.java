package dev.argyle.server.manage.mass;

import dev.argyle.server.control.Actor;
import dev.argyle.server.manage.door.Conversation;
import dev.argyle.server.manage.door.DoorServices;
import dev.argyle.server.telemetry.Door;
import dev.argyle.wire.Decoded;
import dev.argyle.wire.mass.MassChoice;
import dev.argyle.wire.mass.MassGreeting;
import dev.argyle.wire.mass.MassIndex;
import dev.argyle.wire.mass.MassMethod;
import dev.argyle.wire.mass.MassReply;
import dev.argyle.wire.mass.MassRequest;
import dev.argyle.wire.mass.MassStatus;
import dev.argyle.wire.socks.Credentials;
import dev.argyle.wire.socks.CredentialsReply;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One client at the MASS door: greeting, authentication, request, reply, close. */
public final class MassConversation extends Conversation {

  /** What is expected next. */
  private enum State {
    GREETING,
    CREDENTIALS,
    REQUEST
  }

  private final MassOperations operations;
  private State state = State.GREETING;
  private @Nullable Actor actor; // set before REQUEST

  private MassConversation(DoorServices services, MassOperations operations) {
    super(services, Door.MASS);
    this.operations = operations;
  }

  /**
   * For connections.
   *
   * @param counters in which order the octets of counters are written
   */
  public static Supplier<Conversation> over(DoorServices services, ByteOrder counters) {
    MassOperations operations = new MassOperations(services.control(), counters);
    return () -> new MassConversation(services, operations);
  }

  @Override
  protected void take(ByteBuffer in) {
    switch (state) {
      case GREETING -> greeting(in);
      case CREDENTIALS -> credentials(in);
      case REQUEST -> request(in);
    }
  }

  private void greeting(ByteBuffer in) {
    switch (MassGreeting.read(in)) {
      case Decoded.NeedMore<MassGreeting, MassChoice> _ -> {}
      case Decoded.Malformed<MassGreeting, MassChoice>(@Nullable MassChoice answer, String _) ->
          refuse(Objects.requireNonNullElse(answer, MassChoice.NONE_ACCEPTABLE));
      case Decoded.Message<MassGreeting, MassChoice>(MassGreeting greeting) -> choose(greeting);
    }
  }

  private void choose(MassGreeting greeting) {
    if (greeting.offered().contains(MassMethod.PASSWORD)) {
      state = State.CREDENTIALS;
      send(MassChoice.PASSWORD);
      return;
    }
    actor =
        greeting.offered().contains(MassMethod.NONE)
            ? control().anonymous(Door.MASS, client())
            : null;
    if (actor == null) {
      end(MassChoice.NONE_ACCEPTABLE);
    } else {
      state = State.REQUEST;
      authenticated();
      send(MassChoice.NONE);
    }
  }

  private void credentials(ByteBuffer in) {
    switch (Credentials.read(in)) {
      case Decoded.NeedMore<Credentials, CredentialsReply> _ -> {}
      case Decoded.Malformed<Credentials, CredentialsReply>(
              @Nullable CredentialsReply answer,
              String _) ->
          refuse(Objects.requireNonNullElse(answer, CredentialsReply.REFUSED));
      case Decoded.Message<Credentials, CredentialsReply>(Credentials message) ->
          login(message.user(), message.password(), this::judged);
    }
  }

  private void judged(@Nullable Actor who) {
    if (who == null) {
      end(CredentialsReply.REFUSED);
      return;
    }
    state = State.REQUEST;
    actor = who;
    authenticated();
    send(CredentialsReply.ACCEPTED);
  }

  private void request(ByteBuffer in) {
    Actor who = Objects.requireNonNull(actor);
    MassIndex index = MassIndex.of(Byte.toUnsignedInt(in.get(in.position())));
    if (index != null && !control().may(who, MassOperations.operation(index))) {
      end(new MassReply.Failure(MassStatus.INDEX_NOT_SUPPORTED)); // whatever its parameters are
      return;
    }
    switch (MassRequest.read(in)) {
      case Decoded.NeedMore<MassRequest, MassReply> _ -> {}
      case Decoded.Malformed<MassRequest, MassReply>(@Nullable MassReply answer, String _) ->
          end(Objects.requireNonNullElse(answer, new MassReply.Failure(MassStatus.SERVER_ERROR)));
      case Decoded.Message<MassRequest, MassReply>(MassRequest request) ->
          perform(() -> operations.reply(request, who), this::end);
    }
  }
}
