package dev.argyle.server.list;

/** Which country an address is in, for both families. Immutable. */
record CountryTables(CountryTable ipv4, CountryTable ipv6) {

  static final CountryTables NOTHING =
      new CountryTables(new CountryTable.Builder().build(), new CountryTable.Builder().build());

  /** See {@link NamedList#country}. */
  int of(int width, long high, long low) {
    return (width == Integer.SIZE ? ipv4 : ipv6).of(high, low);
  }

  /** Ranges of addresses. */
  int size() {
    return ipv4.size() + ipv6.size();
  }

  long heapOctets() {
    return ipv4.heapOctets() + ipv6.heapOctets();
  }
}
