package dev.argyle.server.manage.mass;

import dev.argyle.server.control.Actor;
import dev.argyle.server.control.ManagementDoor;
import dev.argyle.server.control.Right;
import dev.argyle.server.manage.door.Conversation;
import dev.argyle.server.manage.door.Reception;
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
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One client at the MASS door: greeting, authentication, request, reply, close. */
final class MassConversation extends Conversation {

  /** What is expected next. */
  private enum State {
    GREETING,
    CREDENTIALS,
    REQUEST
  }

  private final MassOperations operations;
  private final boolean anonymous;
  private State state = State.GREETING;
  private @Nullable Actor actor; // set before REQUEST

  MassConversation(Reception reception, MassOperations operations, boolean anonymous) {
    super(reception, ManagementDoor.MASS);
    this.operations = operations;
    this.anonymous = anonymous;
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
    } else if (anonymous && greeting.offered().contains(MassMethod.NONE)) {
      state = State.REQUEST;
      actor = Actor.anonymous(ManagementDoor.MASS, client().getAddress());
      send(MassChoice.NONE);
    } else {
      end(MassChoice.NONE_ACCEPTABLE);
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
    send(CredentialsReply.ACCEPTED);
  }

  private void request(ByteBuffer in) {
    Actor who = Objects.requireNonNull(actor);
    if (who.right() == Right.READ
        && Byte.toUnsignedInt(in.get(in.position())) >= MassIndex.ADD_USER.code()) {
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
