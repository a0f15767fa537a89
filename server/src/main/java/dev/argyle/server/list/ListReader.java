package dev.argyle.server.list;

import dev.argyle.server.config.NameList;
import dev.argyle.server.config.Network;
import dev.argyle.wire.Addresses;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Set;

/**
 * Reads a list, line by line: a file of any size passes through one buffer. It is taken as a whole
 * or not at all, for half of a list would let pass what the other half forbids. For one thread, and
 * one file.
 */
final class ListReader {

  /** A larger file is no list, but a mistake. Fixed: some ten times the largest that are in use. */
  private static final long MAX_OCTETS = 256L * 1024 * 1024;

  private static final ListFile.Bound BOUND =
      new ListFile.Bound(MAX_OCTETS, "at most " + MAX_OCTETS);

  private static final String EMPTY = "a list with nothing in it has at least a comment (#)";

  /** Names, and networks, of one list. Fixed: with short names they take some 150 MB. */
  static final int MAX_ENTRIES = 5_000_000;

  /** A longer line is no line of a list. Fixed: a line of /etc/hosts has a few names. */
  static final int MAX_LINE = 4096;

  /** The names that block lists give to the host itself, as its own /etc/hosts does. */
  private static final Set<String> OWN_NAMES =
      Set.of(
          "localhost",
          "localhost.localdomain",
          "local",
          "broadcasthost",
          "ip6-localhost",
          "ip6-loopback",
          "ip6-localnet",
          "ip6-mcastprefix",
          "ip6-allnodes",
          "ip6-allrouters",
          "ip6-allhosts");

  private final NameList list;
  private final ListFile file;
  private final HeapShare share;
  private final NameTable.Builder names = new NameTable.Builder();
  private final NetworkTable.Builder ipv4 = new NetworkTable.Builder();
  private final NetworkTable.Builder ipv6 = new NetworkTable.Builder();
  private final byte[] line = new byte[MAX_LINE];
  private int length;
  private int number = 1; // of the line
  private String address = ""; // the last one of /etc/hosts: most often all are the same

  private ListReader(NameList list, HeapShare share) {
    this.list = list;
    this.file = new ListFile(list.file());
    this.share = share;
  }

  /** Reads a whole file. Blocks. */
  static Contents read(NameList list, HeapShare share) throws ListFault {
    if (list.format() == NameList.Format.COUNTRIES) {
      return Contents.of(CountryReader.read(list.file(), share));
    }
    ListReader reader = new ListReader(list, share);
    try (InputStream in = Files.newInputStream(reader.file.path(BOUND, EMPTY))) {
      reader.read(in);
    } catch (IOException failed) {
      throw reader.file.unreadable(failed);
    }
    return new Contents(
        reader.names.build(), reader.ipv4.build(), reader.ipv6.build(), CountryTables.NOTHING);
  }

  private void read(InputStream in) throws IOException, ListFault {
    byte[] buffer = new byte[64 * 1024];
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      for (int i = 0; i < read; i++) {
        if (buffer[i] == '\n') {
          take();
        } else if (length == MAX_LINE) {
          throw ofLine("has more than " + MAX_LINE + " bytes; " + expected());
        } else {
          line[length++] = buffer[i];
        }
      }
    }
    take();
  }

  private void take() throws ListFault {
    String text = withoutComment(text());
    if (!text.isEmpty()) {
      switch (list.format()) {
        case HOSTS -> takeHosts(text);
        case DOMAINS -> takeDomain(text);
        case NETWORKS -> takeNetwork(text);
        case COUNTRIES -> throw new IllegalStateException("it has no lines");
      }
      if (names.size() + ipv4.size() + ipv6.size() > MAX_ENTRIES) {
        throw file.fault("has more than " + MAX_ENTRIES + " names or networks");
      }
      if (names.heapOctets() + ipv4.heapOctets() + ipv6.heapOctets() > share.octets()) {
        throw file.fault(share.exceeded());
      }
    }
    length = 0;
    number++;
  }

  private String text() throws ListFault {
    int start = number == 1 && startsWithMark() ? 3 : 0;
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(line, start, length - start))
          .toString();
    } catch (CharacterCodingException other) {
      throw ofLine("is not UTF-8; " + expected());
    }
  }

  /** The octets EF BB BF, with which some editors begin a file of UTF-8. */
  private boolean startsWithMark() {
    return length >= 3
        && line[0] == (byte) 0xef
        && line[1] == (byte) 0xbb
        && line[2] == (byte) 0xbf;
  }

  private String withoutComment(String text) {
    int end = text.indexOf('#');
    if (list.format() == NameList.Format.NETWORKS) {
      int semicolon = text.indexOf(';');
      end = end < 0 || (semicolon >= 0 && semicolon < end) ? semicolon : end;
    }
    return (end < 0 ? text : text.substring(0, end)).strip();
  }

  private void takeHosts(String text) throws ListFault {
    String[] words = text.split("[ \t]+");
    if (!words[0].equals(address)) {
      int zone = words[0].indexOf('%'); // fe80::1%lo0 localhost
      String literal = zone < 0 ? words[0] : words[0].substring(0, zone);
      if (Addresses.parse(literal) == null) {
        throw ofLine(Names.shown(text) + " does not begin with an address; " + expected());
      }
      address = words[0];
    }
    if (words.length == 1) {
      throw ofLine(Names.shown(text) + " has no name; " + expected());
    }
    for (int i = 1; i < words.length; i++) {
      if (!words[i].equals(address)) { // "0.0.0.0 0.0.0.0" is in many lists
        String name = Names.plain(words[i]);
        if (name == null) {
          throw ofLine(Names.shown(words[i]) + " is not a host name; " + expected());
        }
        if (!OWN_NAMES.contains(name)) {
          names.add(name, NameTable.ITSELF);
        }
      }
    }
  }

  private void takeDomain(String text) throws ListFault {
    boolean onlyBelow = text.startsWith("*.");
    String name = Names.plain(onlyBelow ? text.substring(2) : text);
    if (name == null) {
      throw ofLine(Names.shown(text) + " is not a host name; " + expected());
    }
    names.add(name, onlyBelow ? NameTable.BELOW : NameTable.BELOW | NameTable.ITSELF);
  }

  private void takeNetwork(String text) throws ListFault {
    Network network;
    try {
      network = Network.parse(text);
    } catch (IllegalArgumentException wrong) {
      throw ofLine(String.valueOf(wrong.getMessage()));
    }
    ByteBuffer octets = ByteBuffer.wrap(network.address().getAddress());
    if (network.address() instanceof Inet4Address) {
      ipv4.add((long) octets.getInt() << 32, 0, network.prefix());
    } else {
      ipv6.add(octets.getLong(), octets.getLong(), network.prefix());
    }
  }

  private String expected() {
    return switch (list.format()) {
      case HOSTS -> "a line of the format hosts is an address and names, as 0.0.0.0 ads.example";
      case DOMAINS -> "a line of the format domains is one name, as ads.example or *.ads.example";
      case NETWORKS -> "a line of the format networks is one network, as 192.0.2.0/24";
      case COUNTRIES -> throw new IllegalStateException("it has no lines");
    };
  }

  private ListFault ofLine(String what) {
    return file.fault(number, what);
  }
}
