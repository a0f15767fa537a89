package dev.argyle.cli.top;

/**
 * A key that was pressed.
 *
 * @param kind what it is
 * @param character of a {@link Kind#CHARACTER}; 0 otherwise
 */
record Key(Kind kind, int character) {

  /** Keys that mean something to us. */
  enum Kind {
    CHARACTER,
    ENTER,
    ESCAPE,
    BACKSPACE,
    TAB,
    UP,
    DOWN,
    LEFT,
    RIGHT,
    PAGE_UP,
    PAGE_DOWN,
    HOME,
    END,
    /** Ctrl-C or Ctrl-D. */
    INTERRUPT,
    /** Ctrl-L. */
    REDRAW,
    OTHER
  }

  static Key of(Kind kind) {
    return new Key(kind, 0);
  }

  static Key of(char character) {
    return new Key(Kind.CHARACTER, character);
  }

  boolean is(char wanted) {
    return kind == Kind.CHARACTER && character == wanted;
  }
}
