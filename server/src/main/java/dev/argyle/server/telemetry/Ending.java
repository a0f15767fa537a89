package dev.argyle.server.telemetry;

import org.jspecify.annotations.Nullable;

/**
 * How a connection ended.
 *
 * @param detail what exactly, in words for the operator, as in {@code rule 3 (argyle.yaml:21)} or
 *     {@code method 0x80 offered, none acceptable}; cut after {@link #MAX_DETAIL} characters. It
 *     may quote a peer, so it is escaped wherever it is printed; it never has a password. Null: the
 *     reason says all
 */
public record Ending(EndReason reason, @Nullable String detail) {

  /** UTF-16 units. The journal keeps a detail for each of its entries. */
  public static final int MAX_DETAIL = 200;

  public Ending {
    if (detail != null && detail.length() > MAX_DETAIL) {
      boolean inPair = Character.isHighSurrogate(detail.charAt(MAX_DETAIL - 2));
      detail = detail.substring(0, MAX_DETAIL - (inPair ? 2 : 1)) + "…";
    }
  }

  /** Without a detail. */
  public static Ending of(EndReason reason) {
    return new Ending(reason, null);
  }
}
