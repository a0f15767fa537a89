package dev.argyle.server.telemetry;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The last connections that ended, newest first. A ring: when it is full, the oldest is forgotten
 * and its octets ({@link PackedConnection}) are used again. Any thread may call; all fields are
 * under this object's monitor.
 */
public final class Journal {
  /** How many ended connections are remembered by default: some 2 MB when full. */
  public static final int CAPACITY = 10_000;

  /** The cursor of the first page. */
  public static final long NEWEST = Long.MAX_VALUE;

  private final byte[] @Nullable [] ring;

  /** Entries ever added; entry n (from 1) lies in slot (n - 1) modulo the ring's length. */
  private long added;

  /** A journal of {@link #CAPACITY} entries. */
  public Journal() {
    this(CAPACITY);
  }

  /**
   * An empty journal.
   *
   * @param capacity 1 or more
   */
  public Journal(int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity " + capacity);
    }
    ring = new byte[capacity][];
  }

  /**
   * A part of the journal.
   *
   * @param connections newest first
   * @param older the cursor of what follows, or 0 if nothing does
   */
  public record Page(List<EndedConnection> connections, long older) {
    public Page {
      connections = List.copyOf(connections);
    }
  }

  /** Remembers one. */
  public synchronized void add(EndedConnection connection) {
    int slot = slot(added + 1);
    ring[slot] = PackedConnection.pack(connection, ring[slot]);
    added++;
  }

  /**
   * What ended before the cursor, newest first. Entries overwritten meanwhile are left out.
   *
   * @param cursor {@link #NEWEST}, or {@link Page#older()} of the page before
   * @param limit at most so many, 1 or more
   */
  public synchronized Page page(long cursor, int limit) {
    long oldest = Math.max(1, added - ring.length + 1);
    List<EndedConnection> page = new ArrayList<>();
    long entry = Math.min(cursor - 1, added);
    while (entry >= oldest && page.size() < limit) {
      byte[] packed = ring[slot(entry)];
      if (packed != null) {
        page.add(PackedConnection.unpack(packed));
      }
      entry--;
    }
    return new Page(page, entry >= oldest ? entry + 1 : 0);
  }

  /** How many were ever added, which is the number of the newest. */
  public synchronized long added() {
    return added;
  }

  /**
   * What was added behind an entry, oldest first. Entries overwritten meanwhile are left out.
   *
   * @param entry 0, or what {@link #added} was
   * @param limit at most so many, 1 or more; few, for loops that add wait meanwhile
   * @return numbered from {@link Added#first} on
   */
  public synchronized Added addedAfter(long entry, int limit) {
    long first = Math.max(entry, added - ring.length) + 1;
    List<EndedConnection> found = new ArrayList<>();
    for (long next = first; next <= added && found.size() < limit; next++) {
      byte[] packed = ring[slot(next)];
      if (packed != null) {
        found.add(PackedConnection.unpack(packed));
      }
    }
    return new Added(found, first);
  }

  /**
   * Entries in a row.
   *
   * @param first the number of the first of them, or the one that comes next if there is none
   */
  public record Added(List<EndedConnection> connections, long first) {
    public Added {
      connections = List.copyOf(connections);
    }

    /** The number of the last of them. */
    public long last() {
      return first + connections.size() - 1;
    }
  }

  private int slot(long entry) {
    return (int) ((entry - 1) % ring.length);
  }
}
