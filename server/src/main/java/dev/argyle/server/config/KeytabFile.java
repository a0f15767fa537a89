package dev.argyle.server.config;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The names of the keys in a Kerberos keytab; the keys themselves are left to Java. The format is
 * version 2 of MIT's: {@code 05 02}, then entries, each a 32-bit length (negative: a hole) and that
 * many octets.
 *
 * @param keys in the order of the file
 */
public record KeytabFile(List<Key> keys) {

  /** A keytab has some kilobytes; a larger file is something else. */
  private static final int MAX_OCTETS = 1 << 20;

  private static final int MAGIC = 0x0502;

  /**
   * One key.
   *
   * @param name of the principal, without its realm: {@code rcmd/proxy.example.com}
   * @param encryptionType its number (RFC 3961, section 8)
   */
  public record Key(String name, String realm, int encryptionType) {

    /** The name with its realm. */
    public String principal() {
      return name + "@" + realm;
    }

    /** Whether Java accepts it: DES, triple DES and RC4 are switched off there. */
    public boolean usable() {
      return encryptionType >= 17 && encryptionType <= 20;
    }

    boolean isOf(String wanted) {
      return wanted.equals(wanted.indexOf('@') < 0 ? name : principal());
    }
  }

  public KeytabFile {
    keys = List.copyOf(keys);
  }

  /** The file that a setting names, with or without MIT's prefix {@code FILE:}. */
  public static Path path(String keytab) {
    return Path.of(keytab.startsWith("FILE:") ? keytab.substring(5) : keytab);
  }

  /**
   * Reads a keytab.
   *
   * @throws IOException if there is none that can be read; its message says why
   */
  public static KeytabFile read(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException("it is a directory");
    }
    if (Files.size(file) > MAX_OCTETS) {
      throw new IOException("it is too large for a keytab");
    }
    ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file));
    if (in.remaining() < 2 || in.getShort() != MAGIC) {
      throw new IOException("it is no keytab");
    }
    List<Key> keys = new ArrayList<>();
    try {
      while (in.remaining() >= 4) {
        int length = in.getInt();
        if (length == 0) {
          break; // MIT's library ends here, too
        }
        if (length > 0) {
          keys.add(key(in.slice(in.position(), length)));
        }
        in.position((int) Math.min(in.position() + Math.abs((long) length), in.limit()));
      }
    } catch (BufferUnderflowException | IndexOutOfBoundsException cut) {
      throw new IOException("it is damaged", cut);
    }
    return new KeytabFile(keys);
  }

  private static Key key(ByteBuffer entry) {
    int components = Short.toUnsignedInt(entry.getShort());
    String realm = text(entry);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < components; i++) {
      names.add(text(entry));
    }
    entry.getInt(); // kind of name
    entry.getInt(); // time
    entry.get(); // version
    return new Key(String.join("/", names), realm, Short.toUnsignedInt(entry.getShort()));
  }

  private static String text(ByteBuffer entry) {
    byte[] octets = new byte[Short.toUnsignedInt(entry.getShort())];
    entry.get(octets);
    return new String(octets, StandardCharsets.UTF_8);
  }

  /**
   * The realms of a service's keys, of whatever encryption type.
   *
   * @param principal with or without its realm; null: any in the file
   */
  public Set<String> realms(@Nullable String principal) {
    Set<String> realms = new TreeSet<>();
    for (Key key : keys) {
      if (principal == null || key.isOf(principal)) {
        realms.add(key.realm());
      }
    }
    return realms;
  }
}
