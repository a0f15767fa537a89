package dev.argyle.server.history;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One search, newest first. It reads files from their ends, a piece at a time, and leaves out the
 * pieces of another time. One thread's.
 */
final class Search {

  private final HistoryQuery query;
  private final long cursor;
  private final int limit;
  private final long untilNanos;

  private final EntryView view = new EntryView();
  private final List<HistoryEntry> found = new ArrayList<>();
  private int[] places = new int[1024];
  private long[] keys = new long[1024];
  private int matches;

  /**
   * @param cursor only smaller keys
   * @param untilNanos as {@link System#nanoTime}: then the page ends, also if it is empty
   */
  Search(HistoryQuery query, long cursor, int limit, long untilNanos) {
    this.query = query;
    this.cursor = cursor;
    this.limit = limit;
    this.untilNanos = untilNanos;
  }

  /**
   * Searches.
   *
   * @param files oldest first
   */
  History.Page in(List<HistoryFile> files) throws IOException {
    for (HistoryFile file : files.reversed()) {
      Match match = Match.of(query, file.header());
      if (match == null || file.header().firstKey() >= cursor) {
        continue;
      }
      try (FileChannel channel = file.open()) {
        for (HistoryFile.Piece piece : file.pieces(channel).reversed()) {
          if (piece.firstKey() < cursor && match.mayBeIn(piece)) {
            long older = in(HistoryFile.read(channel, piece), piece, match, file.header());
            if (older != 0) {
              return new History.Page(found, older);
            }
          }
        }
      } catch (NoSuchFileException removed) {
        break; // meanwhile, and so was all that is older
      }
    }
    return new History.Page(found, 0);
  }

  /** Returns where the next page begins; 0: this one is not full yet. */
  private long in(byte[] octets, HistoryFile.Piece piece, Match match, FileHeader header) {
    matches = 0;
    Walk.over(
        octets,
        view,
        (key, at) -> {
          if (key < cursor && match.matches(view)) {
            note(key, at);
          }
        });
    for (int i = matches - 1; i >= 0; i--) {
      if (view.at(octets, places[i], octets.length)) {
        found.add(view.entry(keys[i], header));
      }
      if (found.size() == limit) {
        return keys[i];
      }
    }
    return System.nanoTime() - untilNanos >= 0 ? piece.firstKey() : 0;
  }

  private void note(long key, int at) {
    if (matches == places.length) {
      places = Arrays.copyOf(places, 2 * matches);
      keys = Arrays.copyOf(keys, 2 * matches);
    }
    places[matches] = at;
    keys[matches] = key;
    matches++;
  }
}
