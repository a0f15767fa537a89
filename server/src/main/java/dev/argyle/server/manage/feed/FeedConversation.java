package dev.argyle.server.manage.feed;

import dev.argyle.server.control.Actor;
import dev.argyle.server.manage.door.Conversation;
import dev.argyle.server.manage.door.DoorServices;
import dev.argyle.server.telemetry.Door;
import dev.argyle.wire.Decoded;
import dev.argyle.wire.feed.FeedLogin;
import dev.argyle.wire.feed.FeedLoginReply;
import dev.argyle.wire.feed.FeedRequest;
import dev.argyle.wire.feed.FeedResponse;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One client at the FEED door: a login, then requests until it leaves. */
public class FeedConversation extends Conversation {

  private final FeedOperations operations;
  private @Nullable Actor actor; // null: not logged in yet

  FeedConversation(DoorServices services, FeedOperations operations) {
    super(services, Door.FEED);
    this.operations = operations;
  }

  /** For connections over TCP. */
  public static Supplier<Conversation> overTcp(DoorServices services) {
    FeedOperations operations = new FeedOperations(services.control());
    return () -> new FeedConversation(services, operations);
  }

  /** For SCTP associations, where the system has SCTP. */
  public static Supplier<Conversation> overSctp(DoorServices services) {
    FeedOperations operations = new FeedOperations(services.control());
    return () -> new SctpConversation(services, operations);
  }

  @Override
  protected void take(ByteBuffer in) {
    if (actor == null) {
      login(in);
    } else {
      request(in, actor);
    }
  }

  private void login(ByteBuffer in) {
    switch (FeedLogin.read(in)) {
      case Decoded.NeedMore<FeedLogin, FeedLoginReply> _ -> {}
      case Decoded.Malformed<FeedLogin, FeedLoginReply>(
              @Nullable FeedLoginReply answer,
              String _) ->
          refuse(Objects.requireNonNullElse(answer, FeedLoginReply.WRONG_VERSION));
      case Decoded.Message<FeedLogin, FeedLoginReply>(FeedLogin message) ->
          login(message.user(), message.password(), this::judged);
    }
  }

  private void judged(@Nullable Actor who) {
    if (who == null) {
      end(FeedLoginReply.REFUSED);
      return;
    }
    actor = who;
    staysIn();
    send(FeedLoginReply.ACCEPTED);
  }

  private void request(ByteBuffer in, Actor who) {
    switch (FeedRequest.read(in)) {
      case Decoded.NeedMore<FeedRequest, FeedResponse> _ -> {}
      case Decoded.Malformed<FeedRequest, FeedResponse>(@Nullable FeedResponse answer, String _) ->
          notUnderstood(in, Objects.requireNonNullElse(answer, FeedResponse.Unrecognised.ACTION));
      case Decoded.Message<FeedRequest, FeedResponse>(FeedRequest request) ->
          perform(
              () -> operations.answer(request, who), answer -> send(answer, FeedOperations.FAILED));
    }
  }

  /**
   * Where the next request would begin is not known.
   *
   * @param in at the request
   */
  protected void notUnderstood(ByteBuffer in, FeedResponse answer) {
    end(answer);
  }
}
