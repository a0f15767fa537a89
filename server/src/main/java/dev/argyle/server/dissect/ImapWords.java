package dev.argyle.server.dissect;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A client's commands, cut into words: atoms, quoted strings, and literals, whose octets follow the
 * line's end (RFC 9051, 4). The first {@link #WORDS_AT_MOST} of a command are kept: tag, name, and
 * the two of LOGIN.
 */
final class ImapWords {

  private static final int WORDS_AT_MOST = 4;
  private static final long NO_LITERAL = -1;
  private static final int LITERAL_DIGITS = 10;

  private final LineBuffer lines = new LineBuffer();
  private final String[] words = new String[WORDS_AT_MOST];
  private int count;
  private boolean cut;
  private boolean continues; // the line belongs to a command that a literal has interrupted
  private boolean waits; // the literal is sent only when the server has asked for it
  private long literalLeft = NO_LITERAL;

  /** The line read last. */
  LineBuffer lines() {
    return lines;
  }

  int count() {
    return count;
  }

  /** Something was too long to be kept. */
  boolean cut() {
    return cut;
  }

  /** One of the command's words, or the empty text. */
  String word(int index) {
    return index < Math.min(count, WORDS_AT_MOST) ? words[index] : "";
  }

  /** Takes a line that is no command. True: it is complete. */
  boolean line(ByteBuffer in) {
    return lines.next(in);
  }

  /**
   * Takes octets up to the end of a command (true), of a literal's announcement, or of the buffer.
   */
  boolean command(ByteBuffer in) {
    if (literalLeft > 0) {
      waits = false;
      literalLeft -= lines.block(in, (int) Math.min(literalLeft, Integer.MAX_VALUE));
    }
    if (literalLeft == 0) {
      literalLeft = NO_LITERAL;
      cut |= lines.tooLong();
      add(lines.text(0));
      lines.clear();
    }
    if (literalLeft > 0 || !lines.next(in)) {
      return false;
    }
    if (!continues) {
      count = 0;
      cut = false;
    }
    cut |= lines.tooLong();
    split();
    long literal = literal(lines);
    continues = literal >= 0;
    if (continues) {
      waits = lines.at(lines.length() - 2) != '+';
      literalLeft = literal;
      lines.clear();
    }
    return !continues;
  }

  /** The server said no to {@code tag}: a literal that waited for its leave will not come. */
  void refused(String tag) {
    if (continues && waits && word(0).equals(tag)) {
      literalLeft = NO_LITERAL;
      continues = false;
      lines.clear();
    }
  }

  private void split() {
    int at = lines.skipSpaces(0);
    while (at < lines.length()) {
      if (lines.at(at) == '"') {
        at = quoted(at + 1);
      } else {
        int end = lines.endOfWord(at);
        if (end < lines.length() || literal(lines) < 0) {
          add(lines.text(at, end));
        }
        at = end;
      }
      at = lines.skipSpaces(at);
    }
  }

  private int quoted(int from) {
    StringBuilder text = new StringBuilder();
    int at = from;
    while (at < lines.length() && lines.at(at) != '"') {
      if (lines.at(at) == '\\') {
        at++;
      }
      text.append((char) lines.at(at));
      at++;
    }
    byte[] octets = text.toString().getBytes(StandardCharsets.ISO_8859_1);
    add(LineBuffer.text(octets, 0, octets.length));
    return at + 1;
  }

  private void add(String word) {
    if (count < WORDS_AT_MOST) {
      words[count] = word;
    }
    count = Math.min(count + 1, WORDS_AT_MOST + 1);
  }

  /** The length of the literal that a line announces with its last word, or -1. */
  static long literal(LineBuffer line) {
    int at = line.length() - 1;
    if (line.tooLong() || line.at(Math.max(at, 0)) != '}') {
      return NO_LITERAL;
    }
    at -= line.at(Math.max(at - 1, 0)) == '+' ? 2 : 1;
    long length = 0;
    long weight = 1;
    int digits = 0;
    while (at >= 0 && Character.isDigit(line.at(at)) && digits < LITERAL_DIGITS) {
      length += weight * (line.at(at) - '0');
      weight *= 10;
      digits++;
      at--;
    }
    return digits > 0 && at >= 0 && line.at(at) == '{' ? length : NO_LITERAL;
  }
}
