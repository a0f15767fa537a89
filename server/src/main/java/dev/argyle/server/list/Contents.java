package dev.argyle.server.list;

/** What one file had when it was read. Immutable. */
record Contents(NameTable names, NetworkTable ipv4, NetworkTable ipv6, CountryTables countries) {

  static final Contents NOTHING =
      new Contents(
          new NameTable.Builder().build(),
          new NetworkTable.Builder().build(),
          new NetworkTable.Builder().build(),
          CountryTables.NOTHING);

  private static final int IPV4 = 32;

  /** What a database of countries has. */
  static Contents of(CountryTables countries) {
    return new Contents(NOTHING.names, NOTHING.ipv4, NOTHING.ipv6, countries);
  }

  /** Names or networks; those that are there twice, or inside another one, count once. */
  int size() {
    return names.size() + ipv4.size() + ipv6.size() + countries.size();
  }

  long heapOctets() {
    return names.heapOctets() + ipv4.heapOctets() + ipv6.heapOctets() + countries.heapOctets();
  }

  boolean holds(int width, long high, long low) {
    return (width == IPV4 ? ipv4 : ipv6).holds(high, low);
  }
}
