package dev.argyle.server.list;

/**
 * What a list that is read may take of the heap. All lists together have {@link #PART} of it: while
 * one is read, its old contents stay in force, and the new ones are there up to twice more. Without
 * a bound a file that has grown would end the server.
 *
 * @param octets at least 0
 */
record HeapShare(long octets) {

  /** An eighth: at most a half is needed while everything is read again. */
  static final int PART = 8;

  /** A file that is read as a whole is there beside its contents. */
  private static final int FILES = 2;

  /** Of all lists. */
  static HeapShare ofHeap() {
    return new HeapShare(Runtime.getRuntime().maxMemory() / PART);
  }

  /** What is left of it. */
  HeapShare without(long taken) {
    return new HeapShare(Math.max(0, octets - taken));
  }

  /** What to say of a file whose contents take more. */
  String exceeded() {
    return "needs more than the "
        + (octets >> 10)
        + " KiB of memory that are left for it: all lists together have an eighth of the heap;"
        + " shorten it, or set a larger heap, as ARGYLE_JAVA_OPTS=-Xmx2g";
  }

  /** How large a file may be that is read as a whole. */
  long fileOctets() {
    return FILES * octets;
  }
}
