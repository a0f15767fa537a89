package dev.argyle.server.session;

import java.util.Arrays;

/**
 * Fuzz target: what a balancer sends first. Whatever it is, it is a header, may become one or is
 * none; and what it is does not change with what follows.
 */
public final class ProxyHeaderFuzz {

  private static final int EVERY_CUT_UP_TO = 40;

  private ProxyHeaderFuzz() {}

  /** Called by Jazzer and by {@code CorpusTest}. */
  public static void fuzzerTestOneInput(byte[] input) {
    byte[] octets = Arrays.copyOf(input, Math.min(input.length, ProxyHeader.MAX_OCTETS));
    ProxyHeader whole = ProxyHeader.read(octets);
    int length = 0;
    if (whole instanceof ProxyHeader.Header header) {
      length = header.length();
      check(length > 0 && length <= octets.length, "a header of " + length, octets);
      check(header.client() == null || !header.client().isUnresolved(), "unresolved", octets);
    }
    boolean decided = false;
    for (int cut = 0; cut < octets.length; cut = next(cut, octets.length, length)) {
      ProxyHeader prefix = ProxyHeader.read(Arrays.copyOf(octets, cut));
      if (prefix instanceof ProxyHeader.NeedMore) {
        check(!decided, "wants more at " + cut + ", had decided", octets);
        check(length == 0 || cut < length, "wants more at " + cut + " of " + whole, octets);
      } else {
        decided = true;
        check(prefix.equals(whole), "at " + cut + " " + prefix + ", whole " + whole, octets);
      }
    }
  }

  private static int next(int cut, int length, int header) {
    int wide = cut < EVERY_CUT_UP_TO ? cut + 1 : cut + length / 16 + 1;
    return cut < header - 1 && wide > header - 1 ? header - 1 : wide;
  }

  private static void check(boolean holds, String otherwise, byte[] octets) {
    if (!holds) {
      throw new AssertionError(otherwise + ": " + octets.length + " octets");
    }
  }
}
