package dev.argyle.server.telemetry;

import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.List;

/**
 * The last handshakes that broke the protocol, for an operator who wants to know what those clients
 * speak. A ring: when it is full, the oldest is forgotten. Any thread may call; everything is under
 * this object's monitor.
 */
public final class MalformedHandshakes {
  /** Handshakes kept. */
  public static final int CAPACITY = 64;

  /** Octets kept of one. */
  public static final int MAX_OCTETS = 64;

  /**
   * One of them.
   *
   * @param timeMillis milliseconds since 1970
   * @param reason what is wrong with the message; it never has a password
   * @param offset where the malformed message begins, in octets from the first that the client sent
   * @param octets the first octets from there in hexadecimal, as in {@code 47 45 54}; empty where
   *     they may belong to a password or to a token of GSSAPI
   */
  public record Entry(
      long timeMillis,
      InetAddress client,
      int clientPort,
      Door door,
      Ending reason,
      long offset,
      String octets) {}

  private static final HexFormat HEX = HexFormat.ofDelimiter(" ").withUpperCase();

  private final ArrayDeque<Entry> entries = new ArrayDeque<>(CAPACITY);

  /**
   * Remembers one.
   *
   * @param octets what of the message may be shown; cut after {@link #MAX_OCTETS}, not kept
   */
  public void add(
      long timeMillis,
      InetAddress client,
      int clientPort,
      Door door,
      Ending reason,
      long offset,
      byte[] octets) {
    String shown = HEX.formatHex(octets, 0, Math.min(octets.length, MAX_OCTETS));
    Entry entry = new Entry(timeMillis, client, clientPort, door, reason, offset, shown);
    synchronized (this) {
      if (entries.size() == CAPACITY) {
        entries.removeLast();
      }
      entries.addFirst(entry);
    }
  }

  /** All that are kept, newest first. */
  public synchronized List<Entry> newestFirst() {
    return List.copyOf(entries);
  }
}
