package dev.argyle.server.list;

/** What one file had when it was read. Immutable. */
record Contents(NameTable names, NetworkTable ipv4, NetworkTable ipv6) {

  static final Contents NOTHING =
      new Contents(
          new NameTable.Builder().build(),
          new NetworkTable.Builder().build(),
          new NetworkTable.Builder().build());

  private static final int IPV4 = 32;

  /** Names or networks; those that are there twice, or inside another one, count once. */
  int size() {
    return names.size() + ipv4.size() + ipv6.size();
  }

  long heapOctets() {
    return names.heapOctets() + ipv4.heapOctets() + ipv6.heapOctets();
  }

  boolean holds(int width, long high, long low) {
    return (width == IPV4 ? ipv4 : ipv6).holds(high, low);
  }
}
