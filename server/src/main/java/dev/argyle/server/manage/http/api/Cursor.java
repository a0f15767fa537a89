package dev.argyle.server.manage.http.api;

import dev.argyle.server.manage.http.Problem;
import dev.argyle.server.manage.http.Request;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Where a list goes on, as clients give it back: opaque to them. One octet says of which list it
 * is, so that another list's is refused.
 */
enum Cursor {
  USERS('u'),
  CONNECTIONS('c'),
  RULES('r'),
  PENALTIES('p'),
  MALFORMED('m'),
  CHANGES('h'),
  HISTORY('e'),
  USAGE('d');

  private final byte mark;

  Cursor(char mark) {
    this.mark = (byte) mark;
  }

  /** For what {@link #octets} gives back. */
  String text(byte[] octets) {
    byte[] marked = ByteBuffer.allocate(1 + octets.length).put(mark).put(octets).array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(marked);
  }

  /** For what {@link #number} gives back. */
  String text(long number) {
    return text(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
  }

  /** What the request's cursor holds; null: it has none. */
  byte @Nullable [] octets(Request request) {
    String text = request.query().text("cursor");
    if (text == null) {
      return null;
    }
    try {
      byte[] marked = Base64.getUrlDecoder().decode(text);
      if (marked.length > 1 && marked[0] == mark) {
        return Arrays.copyOfRange(marked, 1, marked.length);
      }
    } catch (IllegalArgumentException malformed) {
      // told below, as another list's cursor is
    }
    throw wrong();
  }

  /**
   * The same, as a number.
   *
   * @param otherwise if the request has no cursor
   */
  long number(Request request, long otherwise) {
    byte[] octets = octets(request);
    if (octets == null) {
      return otherwise;
    }
    if (octets.length != Long.BYTES) {
      throw wrong();
    }
    return ByteBuffer.wrap(octets).getLong();
  }

  static RuntimeException wrong() {
    return Problem.invalidField(
            "cursor",
            "is no cursor of this list",
            "take it from next of the page before, or leave it out for the first page")
        .exception();
  }
}
