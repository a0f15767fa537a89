package dev.argyle.server.config;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Whose keys a Kerberos keytab holds; the keys themselves are left to Java. The format is MIT's
 * second, which all of today write: after {@code 05 02}, entries of a 32-bit length (negative: a
 * hole) and that many octets.
 *
 * @param keys in the order of the file
 */
public record KeytabFile(List<Key> keys) {

  /** A keytab has some kilobytes; what is larger is something else. */
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

    /** Whether Java takes it: single and triple DES and RC4 are switched off there. */
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

  /** The file that a setting names; {@code FILE:} in front of it is MIT's way to write it. */
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
    List<Key> keys = new ArrayList<>();
    try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
      byte[] all = in.readNBytes(MAX_OCTETS);
      if (all.length < 2 || ((all[0] << 8) | all[1]) != MAGIC) {
        throw new IOException("it is no keytab");
      }
      int at = 2;
      while (at + 4 <= all.length) {
        int length = (int) number(all, at, 4);
        at += 4;
        if (length > 0) {
          keys.add(key(all, at, length));
        }
        at += Math.abs(length);
        if (length == 0 || length == Integer.MIN_VALUE || at < 0) {
          break; // a zero ends the file for MIT, too
        }
      }
    } catch (EOFException | IndexOutOfBoundsException cut) {
      throw new IOException("it is damaged", cut);
    }
    return new KeytabFile(keys);
  }

  private static Key key(byte[] all, int start, int length) throws EOFException {
    if (length > all.length - start) {
      throw new EOFException();
    }
    int components = (int) number(all, start, 2);
    int at = start + 2;
    String realm = text(all, at);
    at += 2 + (int) number(all, at, 2);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < components; i++) {
      names.add(text(all, at));
      at += 2 + (int) number(all, at, 2);
    }
    at += 4 + 4 + 1; // kind of name, time, version
    return new Key(String.join("/", names), realm, (int) number(all, at, 2));
  }

  private static String text(byte[] all, int at) {
    return new String(all, at + 2, (int) number(all, at, 2), StandardCharsets.UTF_8);
  }

  private static long number(byte[] all, int at, int octets) {
    long number = 0;
    for (int i = 0; i < octets; i++) {
      number = number << 8 | Byte.toUnsignedInt(all[at + i]);
    }
    return number;
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
