package dev.argyle.server.control;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The last changes, refused ones included, in memory; the audit log has all. When it is full, the
 * oldest is forgotten. Any thread may call; everything is under this object's monitor.
 */
final class ChangeHistory {

  /** Changes kept: some 300 KB. Fixed: whoever needs more has the audit log. */
  static final int CAPACITY = 1_000;

  private final ArrayDeque<Change> newestFirst = new ArrayDeque<>();
  private long added;

  synchronized void add(
      Change.Note note, long atMillis, Actor actor, Operation operation, String result) {
    if (newestFirst.size() == CAPACITY) {
      newestFirst.removeLast();
    }
    added++;
    newestFirst.addFirst(note.ended(added, atMillis, actor, operation, result));
  }

  /**
   * A page, newest first.
   *
   * @param before only smaller numbers
   * @param limit at most so many
   */
  synchronized List<Change> page(long before, int limit) {
    List<Change> page = new ArrayList<>();
    Iterator<Change> each = newestFirst.iterator();
    while (each.hasNext() && page.size() < limit) {
      Change change = each.next();
      if (change.number() < before) {
        page.add(change);
      }
    }
    return page;
  }
}
