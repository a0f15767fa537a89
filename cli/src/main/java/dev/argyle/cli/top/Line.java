package dev.argyle.cli.top;

/**
 * A line of the screen.
 *
 * @param text never wider than the screen, without control characters
 * @param style how it looks, where a terminal can do that; what it says does not depend on it
 */
record Line(String text, Style style) {

  /** How a line looks. */
  enum Style {
    PLAIN,
    /** What the screen is about. */
    TITLE,
    /** The names of columns. */
    HEADER,
    /** The row that keys act on. */
    SELECTED,
    /** Something that an operator should look at. */
    ALERT
  }

  static Line plain(String text) {
    return new Line(text, Style.PLAIN);
  }
}
