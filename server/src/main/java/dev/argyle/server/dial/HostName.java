package dev.argyle.server.dial;

import dev.argyle.server.rule.AddressForms;
import dev.argyle.wire.Host;
import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.Locale;
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
      case Host.Ipv6(Inet6Address address) -> new Literal(AddressForms.normalise(address));
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
    return isName(withoutDot(text)) ? new Name(normal(text)) : new Invalid();
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
    byte @Nullable [] octets = null;
    if (bare.indexOf(':') >= 0) {
      octets = ipv6(bare);
    } else if (bare.length() == text.length()) {
      octets = dottedDecimal(bare);
    }
    try {
      return octets == null ? null : InetAddress.getByAddress(octets);
    } catch (UnknownHostException e) {
      throw new AssertionError("an address has 4 or 16 octets", e);
    }
  }

  private static byte @Nullable [] ipv6(String text) {
    if (text.indexOf('%') >= 0 || text.indexOf('[') >= 0) {
      return null; // a zone means something only on the machine that wrote it
    }
    int tail = text.lastIndexOf(':') + 1;
    if (text.indexOf('.', tail) < 0) {
      return NetUtil.createByteArrayFromIpAddressString(text);
    }
    byte[] last = dottedDecimal(text.substring(tail));
    if (last == null) {
      return null;
    }
    HexFormat hex = HexFormat.of();
    String groups = hex.formatHex(last, 0, 2) + ":" + hex.formatHex(last, 2, 4);
    return NetUtil.createByteArrayFromIpAddressString(text.substring(0, tail) + groups);
  }

  /** Four numbers of 0 to 255, no leading zeros; else null. */
  private static byte @Nullable [] dottedDecimal(String text) {
    byte[] octets = new byte[4];
    int count = 0;
    int value = -1; // -1: no digit of this number yet
    for (int i = 0; i <= text.length(); i++) {
      char c = i == text.length() ? '.' : text.charAt(i);
      if (c == '.') {
        if (value < 0 || count == 4) {
          return null;
        }
        octets[count++] = (byte) value;
        value = -1;
      } else if (c < '0' || c > '9' || value == 0) {
        return null;
      } else {
        value = Math.max(value, 0) * 10 + (c - '0');
        if (value > 255) {
          return null;
        }
      }
    }
    return count == 4 ? octets : null;
  }

  private static boolean isName(String name) {
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
      } else if (!isNameOctet(c)) {
        return false;
      }
    }
    return !isNumber(name.substring(name.lastIndexOf('.') + 1));
  }

  private static boolean isNameOctet(char c) {
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
