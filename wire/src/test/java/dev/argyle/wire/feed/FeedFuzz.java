package dev.argyle.wire.feed;

import dev.argyle.wire.Fuzzed;
import dev.argyle.wire.Fuzzed.Written;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Fuzz target: what a client sends (the first octet is 0), what a server sends (1), both without
 * the login (2, 3); requests and responses as many as there are.
 */
public final class FeedFuzz {

  private FeedFuzz() {}

  /** Called by Jazzer and by {@code CorpusTest}. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    ByteBuffer in = ByteBuffer.wrap(input).position(1);
    int what = input[0] & 3;
    Object login =
        switch (what) {
          case 0 -> Fuzzed.message(FeedLogin::read, in, _ -> Written.SAME_OCTETS);
          case 1 -> Fuzzed.message(FeedLoginReply::read, in, _ -> Written.SAME_OCTETS);
          default -> what;
        };
    if (login != null) {
      @Nullable Object message = login;
      while (message != null) {
        message = (what & 1) == 0 ? request(in) : response(in);
      }
    }
  }

  private static @Nullable FeedRequest request(ByteBuffer in) {
    return Fuzzed.message(
        FeedRequest::read,
        in,
        request ->
            request instanceof FeedRequest.Impossible ? Written.NOT_AT_ALL : Written.SAME_OCTETS);
  }

  private static @Nullable FeedResponse response(ByteBuffer in) {
    return Fuzzed.message(FeedResponse::read, in, _ -> Written.SAME_OCTETS);
  }
}
