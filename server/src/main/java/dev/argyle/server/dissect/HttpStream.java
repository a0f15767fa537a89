package dev.argyle.server.dissect;

import java.nio.ByteBuffer;

/**
 * One direction of HTTP/1: start line, header, and a body that is skipped by its length or by its
 * chunks (RFC 9112, 6 and 7), message after message.
 */
abstract class HttpStream {

  /** Where in a message the next octet is. */
  private enum Place {
    START,
    HEADER,
    BODY,
    CHUNK_SIZE,
    CHUNK,
    CHUNK_END,
    TRAILER,
    UNTIL_CLOSE
  }

  /** What a message's header says of its body. */
  enum Body {
    /** There is none, whatever the header says. */
    NONE,
    /** As its fields say, and none if they do not. */
    BY_FIELDS,
    /** As its fields say, and up to the end of the stream if they do not. */
    BY_FIELDS_OR_CLOSE
  }

  private static final long UNKNOWN = -1;
  private static final int LENGTH_DIGITS = 18;
  private static final int CHUNK_DIGITS = 15;

  private final LineBuffer lines = new LineBuffer();
  private Place place = Place.START;
  private long left;
  private boolean chunked;
  private boolean broken;

  /** A start line. False: it is none. */
  abstract boolean start(LineBuffer line);

  /** A field of the header. */
  abstract void field(LineBuffer line);

  /** The header is complete. */
  abstract Body headerEnds();

  /** Whether nothing can be recognised any more. */
  final boolean broken() {
    return broken;
  }

  final void fail() {
    broken = true;
  }

  final void take(ByteBuffer in) {
    while (!broken && in.hasRemaining()) {
      switch (place) {
        case START -> startLine(in);
        case HEADER -> headerLine(in);
        case BODY, CHUNK -> skip(in);
        case CHUNK_SIZE -> chunkSize(in);
        case CHUNK_END -> {
          if (lines.next(in)) {
            place = Place.CHUNK_SIZE;
          }
        }
        case TRAILER -> {
          if (lines.next(in) && lines.length() == 0) {
            place = Place.START;
          }
        }
        case UNTIL_CLOSE -> in.position(in.limit());
      }
    }
  }

  private void startLine(ByteBuffer in) {
    if (lines.betweenLines() && notText(in.get(in.position()))) {
      broken = true; // TLS, or anything else
    } else if (lines.next(in) && lines.length() > 0) {
      left = UNKNOWN;
      chunked = false;
      place = Place.HEADER;
      broken = !start(lines);
    }
  }

  private static boolean notText(byte octet) {
    return octet < ' ' && octet != '\r' && octet != '\n';
  }

  private void headerLine(ByteBuffer in) {
    if (!lines.next(in)) {
      return;
    }
    if (lines.length() == 0) {
      bodyBegins(headerEnds());
    } else if (lines.has(0, "content-length:")) {
      left = number(lines, lines.skipSpaces(15), 10, LENGTH_DIGITS);
      broken |= left < 0;
    } else if (lines.has(0, "transfer-encoding:")) {
      chunked = lines.endsWith("chunked");
    } else {
      field(lines);
    }
  }

  private void bodyBegins(Body body) {
    if (body == Body.NONE) {
      place = Place.START;
    } else if (chunked) {
      place = Place.CHUNK_SIZE;
    } else if (left == UNKNOWN) {
      place = body == Body.BY_FIELDS_OR_CLOSE ? Place.UNTIL_CLOSE : Place.START;
      broken |= place == Place.UNTIL_CLOSE; // no answer can follow
    } else {
      place = left > 0 ? Place.BODY : Place.START;
    }
  }

  private void skip(ByteBuffer in) {
    int skipped = (int) Math.min(left, in.remaining());
    in.position(in.position() + skipped);
    left -= skipped;
    if (left == 0) {
      place = place == Place.BODY ? Place.START : Place.CHUNK_END;
    }
  }

  private void chunkSize(ByteBuffer in) {
    if (!lines.next(in)) {
      return;
    }
    left = number(lines, 0, 16, CHUNK_DIGITS);
    broken |= left < 0;
    place = left > 0 ? Place.CHUNK : Place.TRAILER;
  }

  /** A number at {@code from}, or -1: no digits, or too many. */
  private static long number(LineBuffer line, int from, int radix, int digitsAtMost) {
    long number = 0;
    int at = from;
    for (int digit = Character.digit(line.at(at), radix);
        digit >= 0;
        digit = Character.digit(line.at(at), radix)) {
      number = number * radix + digit;
      at++;
      if (at - from > digitsAtMost) {
        return -1;
      }
    }
    return at > from ? number : -1;
  }
}
