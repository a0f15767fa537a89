package dev.argyle.server.list;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes small databases of countries in MaxMind's format, version 2.0: a binary tree of networks,
 * the records that its leaves point to, and a description. IPv4 is in ::/96, as everywhere.
 */
public final class CountryFiles {

  /** How a record has its country. */
  public enum Form {
    /** {@code country: { iso_code: DE }}, as MaxMind and DB-IP have it. */
    NESTED,
    /** {@code country_code: DE}. */
    FLAT,
    /** Something else. */
    WITHOUT
  }

  private static final int EMPTY = -1; // of a record; what is below are the records of countries
  private static final int SEPARATOR = 16;

  private final List<int[]> nodes = new ArrayList<>(List.of(new int[] {EMPTY, EMPTY}));
  private final Map<String, Integer> offsets = new HashMap<>();
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();
  private final Form form;

  private CountryFiles(Form form) {
    this.form = form;
  }

  /**
   * Writes a file.
   *
   * @param countries {@code 192.0.2.0/24 DE}; a later network goes before an earlier one
   */
  public static Path write(Path file, String... countries) {
    return write(file, Form.NESTED, 24, countries);
  }

  /** As above, with records of 24, 28 or 32 bits in the tree. */
  public static Path write(Path file, Form form, int bits, String... countries) {
    CountryFiles database = new CountryFiles(form);
    for (String country : countries) {
      String[] words = country.split(" ");
      database.add(words[0], words[1]);
    }
    try {
      return Files.write(file, database.octets(bits));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private void add(String network, String country) {
    String[] parts = network.split("/");
    byte[] address = InetAddress.ofLiteral(parts[0]).getAddress();
    int prefix = Integer.parseInt(parts[1]) + 128 - address.length * 8;
    byte[] octets = new byte[16];
    System.arraycopy(address, 0, octets, 16 - address.length, address.length);
    int leaf = EMPTY - 1 - offsets.computeIfAbsent(country, this::record);
    int node = 0;
    for (int bit = 0; bit < prefix; bit++) {
      int side = octets[bit / 8] >> 7 - bit % 8 & 1;
      if (bit == prefix - 1) {
        nodes.get(node)[side] = leaf;
      } else {
        int next = nodes.get(node)[side];
        if (next < 0) { // nothing, or a larger network, which is split
          nodes.add(new int[] {next, next});
          next = nodes.size() - 1;
          nodes.get(node)[side] = next;
        }
        node = next;
      }
    }
  }

  private int record(String country) {
    int offset = data.size();
    switch (form) {
      case NESTED -> {
        data.write(map(2));
        text("continent");
        data.write(map(1));
        text("code");
        text("EU");
        text("country");
        data.write(map(1));
        text("iso_code");
        text(country);
      }
      case FLAT -> {
        data.write(map(1));
        text("country_code");
        text(country);
      }
      case WITHOUT -> {
        data.write(map(1));
        text("autonomous_system_organization");
        text(country);
      }
    }
    return offset;
  }

  private static int map(int size) {
    return 7 << 5 | size;
  }

  private void text(String text) {
    write(data, text);
  }

  private static void write(ByteArrayOutputStream out, String text) {
    byte[] octets = text.getBytes(StandardCharsets.UTF_8);
    if (octets.length < 29) {
      out.write(2 << 5 | octets.length);
    } else {
      out.write(2 << 5 | 29);
      out.write(octets.length - 29);
    }
    out.writeBytes(octets);
  }

  private byte[] octets(int bits) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int[] node : nodes) {
      long left = pointer(node[0]);
      long right = pointer(node[1]);
      switch (bits) {
        case 24 -> {
          number(out, left, 3);
          number(out, right, 3);
        }
        case 28 -> {
          number(out, left & 0xff_ffff, 3);
          out.write((int) (left >> 24 << 4 | right >> 24));
          number(out, right & 0xff_ffff, 3);
        }
        case 32 -> {
          number(out, left, 4);
          number(out, right, 4);
        }
        default -> throw new IllegalArgumentException("24, 28 or 32 bits");
      }
    }
    out.writeBytes(new byte[SEPARATOR]);
    out.writeBytes(data.toByteArray());
    out.writeBytes(new byte[] {(byte) 0xab, (byte) 0xcd, (byte) 0xef});
    out.writeBytes("MaxMind.com".getBytes(StandardCharsets.US_ASCII));
    description(out, bits);
    return out.toByteArray();
  }

  private long pointer(int record) {
    return record >= 0
        ? record
        : record == EMPTY ? nodes.size() : nodes.size() + SEPARATOR + EMPTY - 1 - record;
  }

  private void description(ByteArrayOutputStream out, int bits) {
    out.write(map(9));
    write(out, "binary_format_major_version");
    short16(out, 2);
    write(out, "binary_format_minor_version");
    short16(out, 0);
    write(out, "build_epoch");
    out.write(4); // extended, of 4 octets: uint64
    out.write(9 - 7);
    number(out, 1_700_000_000, 4);
    write(out, "database_type");
    write(out, "Argyle-Test");
    write(out, "description");
    out.write(map(0));
    write(out, "ip_version");
    short16(out, 6);
    write(out, "languages");
    out.write(0); // extended, of no elements: an array
    out.write(11 - 7);
    write(out, "node_count");
    out.write(6 << 5 | 4);
    number(out, nodes.size(), 4);
    write(out, "record_size");
    short16(out, bits);
  }

  private static void short16(ByteArrayOutputStream out, int value) {
    out.write(5 << 5 | 2);
    number(out, value, 2);
  }

  private static void number(ByteArrayOutputStream out, long value, int octets) {
    for (int shift = octets * 8 - 8; shift >= 0; shift -= 8) {
      out.write((int) (value >> shift));
    }
  }
}
