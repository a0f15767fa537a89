package dev.argyle.server.telemetry;

import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Open connections, sorted by number, in blocks of {@value #SIZE} numbers in a row. Any thread may
 * call anything, and none waits for another.
 *
 * <p>A sorted map with a node for each connection would do, but its nodes are linked: one that has
 * been taken out and lies in the old generation keeps those behind it alive until a full
 * collection, so clients that come and go filled the heap (decision 0118).
 *
 * <p>Every number from 1 on is put once and taken out once; a block goes as its last number is
 * taken out.
 */
final class ConnectionBlocks {

  /** A block of which one connection is left costs some 180 octets. */
  static final int SIZE = 16;

  private static final class Block {
    final AtomicReferenceArray<@Nullable LiveConnection> slots = new AtomicReferenceArray<>(SIZE);
    final AtomicInteger takenOut = new AtomicInteger();
  }

  private final ConcurrentNavigableMap<Long, Block> blocks = new ConcurrentSkipListMap<>();

  /** Puts one. */
  void put(LiveConnection connection) {
    long number = connection.id();
    Long key = key(number);
    Block block = blocks.get(key);
    if (block == null) {
      block = blocks.computeIfAbsent(key, _ -> new Block());
    }
    block.slots.set(slot(number), connection);
  }

  /** Takes one out; false: it was out already. */
  boolean remove(LiveConnection connection) {
    long number = connection.id();
    Long key = key(number);
    Block block = blocks.get(key);
    if (block == null || !block.slots.compareAndSet(slot(number), connection, null)) {
      return false;
    }
    if (block.takenOut.incrementAndGet() == SIZE) {
      blocks.remove(key);
    }
    return true;
  }

  /** The one of this number, or null. */
  @Nullable LiveConnection get(long number) {
    Block block = number < 1 ? null : blocks.get(key(number));
    return block == null ? null : block.slots.get(slot(number));
  }

  /** Those of greater numbers, ascending; what comes or goes meanwhile may be among them or not. */
  Stream<LiveConnection> after(long number) {
    return blocks.tailMap(key(number + 1)).values().stream()
        .flatMap(block -> IntStream.range(0, SIZE).mapToObj(block.slots::get))
        .filter(one -> one != null && one.id() > number);
  }

  /** Walks all, ascending. */
  void forEach(Consumer<LiveConnection> action) {
    for (Block block : blocks.values()) {
      for (int slot = 0; slot < SIZE; slot++) {
        LiveConnection one = block.slots.get(slot);
        if (one != null) {
          action.accept(one);
        }
      }
    }
  }

  /** How many blocks there are. */
  int count() {
    return blocks.size();
  }

  private static long key(long number) {
    return (number - 1) / SIZE;
  }

  private static int slot(long number) {
    return (int) ((number - 1) % SIZE);
  }
}
