package dev.argyle.server.list;

/** A file that is no list of its format. The message has its place, and says what is expected. */
public final class ListFault extends Exception {

  private static final long serialVersionUID = 1;

  ListFault(String message) {
    super(message);
  }
}
