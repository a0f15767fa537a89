package dev.argyle.server.dissect;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * One direction of a stream, cut into lines and into blocks of a known length. Remembers {@link
 * #OCTETS_AT_MOST} of a line; what is longer is cut off, and {@link #tooLong} says so.
 */
final class LineBuffer {

  /** So much of a line is remembered; names, passwords and their Base64 fit in well. */
  static final int OCTETS_AT_MOST = 1024;

  private final byte[] line = new byte[OCTETS_AT_MOST];
  private int length;
  private boolean tooLong;
  private boolean complete;

  /** Takes octets up to the end of a line. True: there is one, and what follows it is left. */
  boolean next(ByteBuffer in) {
    if (complete) {
      clear();
    }
    while (in.hasRemaining()) {
      byte octet = in.get();
      if (octet == '\n') {
        end();
        return true;
      }
      add(octet);
    }
    return false;
  }

  private void end() {
    complete = true;
    if (!tooLong && length > 0 && line[length - 1] == '\r') {
      length--;
    }
  }

  /** Whether nothing of the next line has come yet. */
  boolean betweenLines() {
    return complete || length == 0;
  }

  /** Takes up to {@code wanted} octets into the line; answers how many there were. */
  int block(ByteBuffer in, int wanted) {
    if (complete) {
      clear();
    }
    int taken = Math.min(wanted, in.remaining());
    for (int i = 0; i < taken; i++) {
      add(in.get());
    }
    return taken;
  }

  private void add(byte octet) {
    if (length < OCTETS_AT_MOST) {
      line[length++] = octet;
    } else {
      tooLong = true;
    }
  }

  /** Forgets what was taken. */
  void clear() {
    length = 0;
    tooLong = false;
    complete = false;
  }

  /** Octets remembered, without the end of the line. */
  int length() {
    return length;
  }

  boolean tooLong() {
    return tooLong;
  }

  /** The octet there, or 0 behind the end. */
  int at(int index) {
    return index < length ? line[index] & 0xFF : 0;
  }

  /** Whether {@code word} (in lower case) stands at {@code from}, in letters of any case. */
  boolean has(int from, String word) {
    if (from < 0 || length - from < word.length()) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if (lower(line[from + i]) != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Whether the line is the command {@code word} (in lower case), with arguments or without. */
  boolean command(String word) {
    return has(0, word) && (length == word.length() || at(word.length()) == ' ');
  }

  /** Whether the line is {@code word} (in lower case) and nothing else. */
  boolean isWord(String word) {
    return length == word.length() && has(0, word);
  }

  /** Whether the line ends with {@code word} (in lower case), spaces behind it or not. */
  boolean endsWith(String word) {
    int end = length;
    while (end > 0 && (line[end - 1] == ' ' || line[end - 1] == '\t')) {
      end--;
    }
    return has(end - word.length(), word);
  }

  /** Where the next word begins, after the spaces and tabs at {@code from}. */
  int skipSpaces(int from) {
    int index = from;
    while (at(index) == ' ' || at(index) == '\t') {
      index++;
    }
    return index;
  }

  /** Where the word that begins at {@code from} ends. */
  int endOfWord(int from) {
    int index = from;
    while (index < length && at(index) != ' ') {
      index++;
    }
    return index;
  }

  /** The octets from {@code from} to the end as text. */
  String text(int from) {
    return text(from, length);
  }

  /** A part as text. */
  String text(int from, int to) {
    int start = Math.min(from, length);
    int end = Math.max(start, Math.min(to, length));
    return text(line, start, end - start);
  }

  /** UTF-8 where it is that, else each octet a character (ISO 8859-1): nothing is lost. */
  static String text(byte[] octets, int from, int length) {
    try {
      CharBuffer text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets, from, length));
      return text.toString();
    } catch (CharacterCodingException notUtf8) {
      return new String(octets, from, length, StandardCharsets.ISO_8859_1);
    }
  }

  private static int lower(int octet) {
    return octet >= 'A' && octet <= 'Z' ? octet + ('a' - 'A') : octet;
  }
}
