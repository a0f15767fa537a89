package dev.argyle.server.list;

/**
 * A file that is no list of its format, or that cannot be read. The message has its place, and says
 * what is expected.
 */
public final class ListFault extends Exception {

  private static final long serialVersionUID = 1;

  private final boolean ofContent;

  ListFault(String message) {
    this(message, true);
  }

  private ListFault(String message, boolean ofContent) {
    super(message);
    this.ofContent = ofContent;
  }

  /** The file is there, but could not be read: for want of descriptors, say. */
  static ListFault unreadable(String message) {
    return new ListFault(message, false);
  }

  /** Whether the file will be as wrong when it is read again, unless it has changed. */
  boolean isOfContent() {
    return ofContent;
  }
}
