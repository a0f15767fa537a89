package dev.argyle.server.dial;

import dev.argyle.wire.Addresses;
import dev.argyle.wire.Host;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Locale;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What a client's host is: an address, a name, or neither. Text is an address if it is dotted
 * decimal with four numbers, or IPv6 text (RFC 4291, section 2.2; in brackets or not, without
 * zone). Whatever else an inet_aton(3) might read as an IPv4 address ({@code 0177.0.0.1}, {@code
 * 127.1}, {@code 0x7f.1}, {@code 2130706433}) is neither address nor name, so that nothing behind
 * the rules reads it differently.
 */
public sealed interface HostName {

  /** Octets of a name without its trailing dot (RFC 1035, section 2.3.4: 255 on the wire). */
  int MAX_OCTETS = 253;

  /** Octets of one label (RFC 1035, section 2.3.4). */
  int MAX_LABEL_OCTETS = 63;

  /**
   * @param address never an IPv4-mapped one: that is IPv4
   */
  record Literal(InetAddress address) implements HostName {}

  /**
   * @param name in lower case, without a trailing dot; letters, digits, {@code -} and {@code _}
   *     only. A name outside ASCII must come as A-labels (xn--)
   */
  record Name(String name) implements HostName {}

  /** Neither: no name server is asked. */
  record Invalid() implements HostName {}

  /** Reads what a client sent. */
  static HostName of(Host host) {
    return switch (host) {
      case Host.Ipv4(Inet4Address address) -> new Literal(address);
      case Host.Ipv6(Inet6Address address) -> new Literal(Addresses.normalise(address));
      case Host.Name(String text) -> of(text);
    };
  }

  /** Reads what a client sent, as Latin-1. */
  static HostName of(String text) {
    InetAddress address = literal(text);
    if (address != null) {
      return new Literal(address);
    }
    // Checked before it is made lower case, which makes ASCII of some other characters.
    return isName(withoutDot(text), HostName::isNameOctet) ? new Name(normal(text)) : new Invalid();
  }

  /**
   * Reads the name that an alias leads to. Name servers use characters there that no host's name
   * has, such as {@code /} (RFC 2317) and {@code ~}: any octet is a label's (RFC 2181, section 11),
   * and whatever is printable ASCII is taken.
   *
   * @return as {@link Name} has it; null: neither a name nor of printable ASCII
   */
  static @Nullable String alias(String text) {
    String name = withoutDot(text);
    return literal(text) == null && isName(name, HostName::isPrintable) ? normal(name) : null;
  }

  /** In lower case, without a trailing dot. */
  static String normal(String name) {
    return withoutDot(name).toLowerCase(Locale.ROOT);
  }

  private static String withoutDot(String name) {
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }

  private static @Nullable InetAddress literal(String text) {
    String bare =
        text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
    boolean bracketed = bare.length() < text.length();
    return bracketed && bare.indexOf(':') < 0 ? null : Addresses.parse(bare);
  }

  private static boolean isName(String name, IntPredicate octets) {
    if (name.isEmpty() || name.length() > MAX_OCTETS) {
      return false;
    }
    int labelStart = 0;
    for (int i = 0; i <= name.length(); i++) {
      char c = i == name.length() ? '.' : name.charAt(i);
      if (c == '.') {
        if (i == labelStart || i - labelStart > MAX_LABEL_OCTETS) {
          return false;
        }
        labelStart = i + 1;
      } else if (!octets.test(c)) {
        return false;
      }
    }
    return !isNumber(name.substring(name.lastIndexOf('.') + 1));
  }

  private static boolean isPrintable(int c) {
    return c > ' ' && c < 0x7F;
  }

  private static boolean isNameOctet(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_';
  }

  /** A last label that inet_aton(3) would read as a number: decimal, octal, or hexadecimal. */
  private static boolean isNumber(String label) {
    boolean hexadecimal = label.startsWith("0x") || label.startsWith("0X");
    for (int i = hexadecimal ? 2 : 0; i < label.length(); i++) {
      if (Character.digit(label.charAt(i), hexadecimal ? 16 : 10) < 0) {
        return false;
      }
    }
    return true;
  }
}
