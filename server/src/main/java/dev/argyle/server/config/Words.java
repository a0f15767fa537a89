package dev.argyle.server.config;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Words out of a fixed list, and the one that a misspelt word may have been. */
final class Words {

  /** More slips than this make another word. */
  private static final int MOST_SLIPS = 2;

  private Words() {}

  /** A constant's name in the file: {@code FULL_CONE} is {@code full-cone}. */
  static String of(Object constant) {
    return constant.toString().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The constant of that name. Throws IllegalArgumentException, with all names, if there is none.
   */
  static <T> T parse(String text, List<T> all) {
    List<String> words = all.stream().map(Words::of).toList();
    int index = words.indexOf(text);
    if (index < 0) {
      throw new IllegalArgumentException(
          Quote.of(text) + " is not one of " + String.join(", ", words) + meant(text, words));
    }
    return all.get(index);
  }

  /** {@code ; did you mean X?} or nothing. */
  static String meant(String text, Collection<String> words) {
    String nearest = nearest(text, words);
    return nearest == null ? "" : "; did you mean " + nearest + "?";
  }

  /** The word with the fewest slips, if they are few enough; otherwise null. */
  private static @Nullable String nearest(String text, Collection<String> words) {
    String nearest = null;
    int fewest = Math.min(MOST_SLIPS, text.length() / 2) + 1;
    for (String word : words) {
      if (Math.abs(word.length() - text.length()) < fewest) {
        int slips = slips(text.toLowerCase(Locale.ROOT), word);
        if (slips < fewest) {
          fewest = slips;
          nearest = word;
        }
      }
    }
    return nearest;
  }

  /** Letters that were changed, left out, put in, or swapped with their neighbour. */
  private static int slips(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        cost[i][j] = i == 0 || j == 0 ? i + j : step(a, b, i, j, cost);
      }
    }
    return cost[a.length()][b.length()];
  }

  private static int step(String a, String b, int i, int j, int[][] cost) {
    int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
    int least = Math.min(cost[i - 1][j - 1] + change, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(least, cost[i - 2][j - 2] + 1) : least;
  }
}
