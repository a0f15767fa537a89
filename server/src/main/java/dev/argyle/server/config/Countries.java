package dev.argyle.server.config;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which country addresses are in, for rules that name a country.
 *
 * @param file a database in MaxMind's format; null: there is none, and no rule may name a country
 * @param refresh when it is read again
 */
public record Countries(@Nullable String file, NameList.Refresh refresh) {

  /** What it is called among the lists. No list can have this name. */
  public static final String NAME = "country:*";

  /** What a country begins with in a rule. */
  static final String PREFIX = "country:";

  /** The codes of ISO 3166-1, and the one that databases have for Kosovo. */
  private static final Set<String> CODES =
      Locale.getISOCountries(Locale.IsoCountryCode.PART1_ALPHA2);

  private static final String KOSOVO = "XK";

  /**
   * The code of a country in a rule, in upper case.
   *
   * @param text {@code country:de}
   * @throws IllegalArgumentException if there is no such country
   */
  static String code(String text) {
    String code = text.substring(PREFIX.length()).toUpperCase(Locale.ROOT);
    if (!CODES.contains(code) && !code.equals(KOSOVO)) {
      throw new IllegalArgumentException(
          Quote.of(text)
              + " is not a country; write its two letters of ISO 3166, as country:DE"
              + (code.equals("UK") ? "; the United Kingdom is country:GB" : ""));
    }
    return code;
  }

  /** Whether a rule means a country. */
  static boolean isCountry(String text) {
    return text.regionMatches(true, 0, PREFIX, 0, PREFIX.length());
  }
}
