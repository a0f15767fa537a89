package dev.argyle.server.telemetry;

import dev.argyle.wire.Source;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.List;

/**
 * The last handshakes that broke the protocol, for an operator who wants to know what those clients
 * speak. When it is full, the oldest is forgotten; and the oldest of a source that has its share,
 * so that one client does not push the others out. Any thread may call; everything is under this
 * object's monitor.
 */
public final class MalformedHandshakes {
  /** Handshakes kept. */
  public static final int CAPACITY = 64;

  /** Of one source. */
  public static final int CAPACITY_OF_A_SOURCE = 16;

  /** Octets kept of one. */
  public static final int MAX_OCTETS = 64;

  /**
   * One of them.
   *
   * @param number ascending from 1 in the order in which they came; pages go on by it
   * @param timeMillis milliseconds since 1970
   * @param reason what is wrong with the message; it never has a password
   * @param offset where the malformed message begins, in octets from the first that the client sent
   * @param octets the first octets from there in hexadecimal, as in {@code 47 45 54}; empty where
   *     they may belong to a password or to a token of GSSAPI
   */
  public record Entry(
      long number,
      long timeMillis,
      InetAddress client,
      int clientPort,
      Door door,
      Ending reason,
      long offset,
      String octets) {}

  private static final HexFormat HEX = HexFormat.ofDelimiter(" ").withUpperCase();

  private final ArrayDeque<Entry> entries = new ArrayDeque<>(CAPACITY);
  private long added;

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
    synchronized (this) {
      makeRoom(Source.of(client));
      added++;
      entries.addFirst(
          new Entry(added, timeMillis, client, clientPort, door, reason, offset, shown));
    }
  }

  /** Under the monitor. */
  private void makeRoom(Source source) {
    Entry oldest = null;
    int ofSource = 0;
    for (Entry entry : entries) {
      if (Source.of(entry.client).equals(source)) {
        oldest = entry;
        ofSource++;
      }
    }
    if (ofSource == CAPACITY_OF_A_SOURCE) {
      entries.removeLastOccurrence(oldest);
    } else if (entries.size() == CAPACITY) {
      entries.removeLast();
    }
  }

  /** All that are kept, newest first. */
  public synchronized List<Entry> newestFirst() {
    return List.copyOf(entries);
  }

  /**
   * A page of them, newest first.
   *
   * @param before only smaller numbers
   * @param limit at most so many
   */
  public synchronized List<Entry> page(long before, int limit) {
    return entries.stream().filter(entry -> entry.number < before).limit(limit).toList();
  }
}
