package dev.argyle.server.list;

/** The codes of countries as small numbers, so that an array can have something for each. */
public final class CountryCode {

  /** No country. */
  public static final int NONE = 0;

  /** Every number is below. */
  public static final int END = 26 * 26 + 1;

  private CountryCode() {}

  /**
   * The number of a code, 1 to 676.
   *
   * @return {@link #NONE}: the text is not two letters of ASCII in upper case
   */
  public static int number(String code) {
    return code.length() == 2 && isLetter(code.charAt(0)) && isLetter(code.charAt(1))
        ? (code.charAt(0) - 'A') * 26 + code.charAt(1) - 'A' + 1
        : NONE;
  }

  private static boolean isLetter(char c) {
    return c >= 'A' && c <= 'Z';
  }

  /** The code of a number that is not {@link #NONE}. */
  public static String text(int number) {
    char first = (char) ('A' + (number - 1) / 26);
    char second = (char) ('A' + (number - 1) % 26);
    return "" + first + second;
  }
}
