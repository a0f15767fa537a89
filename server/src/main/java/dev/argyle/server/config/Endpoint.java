package dev.argyle.server.config;

import dev.argyle.wire.Addresses;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.util.regex.Pattern;

/**
 * Where to listen.
 *
 * @param host an address or a name; without brackets
 * @param port 0 to 65535; 0 asks for a free one
 */
public record Endpoint(String host, int port) {

  private static final String PORTS = "a port is 0 to 65535; 0 asks for a free one";
  private static final Pattern ZONE = Pattern.compile("[A-Za-z0-9._-]{1,32}");

  public Endpoint {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException(PORTS);
    }
  }

  /**
   * Reads {@code 127.0.0.1:1080}, {@code localhost:1080} or {@code [::1]:1080}.
   *
   * @throws IllegalArgumentException for anything else; its message quotes the text and says what
   *     would be right
   */
  public static Endpoint parse(String text) {
    int colon = text.lastIndexOf(':');
    boolean bracketed = text.startsWith("[");
    if (colon < 0 || (bracketed && text.endsWith("]"))) {
      throw new IllegalArgumentException(Quote.of(text) + " has no port; write " + text + ":PORT");
    }
    if (!bracketed && text.indexOf(':') != colon) {
      throw new IllegalArgumentException(
          Quote.of(text) + " is not host:port; an IPv6 address goes in brackets, as in [::1]:1080");
    }
    if (colon == 0) {
      throw new IllegalArgumentException(
          Quote.of(text) + " names no host; [::]" + text + " is every address of this one");
    }
    int port = port(text.substring(colon + 1), text);
    return new Endpoint(host(text.substring(0, colon), text), port);
  }

  /**
   * Reads a port.
   *
   * @throws IllegalArgumentException with a message that says what a port is
   */
  public static int parsePort(String text) {
    if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > 65535) {
      throw new IllegalArgumentException(PORTS);
    }
    return Integer.parseInt(text);
  }

  /**
   * Whether a listener here takes the other's address as well: {@code [::]} is every address of
   * this host, {@code 0.0.0.0} every IPv4 address.
   */
  boolean covers(Endpoint other) {
    if (port != other.port) {
      return false;
    }
    return switch (host) {
      case "::" -> true;
      case "0.0.0.0" -> Addresses.parse(other.host) instanceof Inet4Address;
      default -> false;
    };
  }

  /**
   * Reads a host: an address (IPv6 with a zone too) or a name, without brackets.
   *
   * @throws IllegalArgumentException with a message that says what a host is
   */
  public static String parseHost(String text) {
    int percent = text.indexOf('%');
    if (percent > 0 && ZONE.matcher(text.substring(percent + 1)).matches()) {
      String address = text.substring(0, percent);
      if (address.indexOf(':') >= 0 && Addresses.parse(address) != null) {
        return text;
      }
    }
    var address = Addresses.parse(text);
    if (address instanceof Inet6Address && address.isLinkLocalAddress()) {
      throw new IllegalArgumentException(
          "a link-local address, which needs the interface that it is of, as in " + text + "%eth0");
    }
    String host = address != null ? Addresses.text(address) : HostNames.parse(text);
    if (host == null) {
      throw new IllegalArgumentException("neither an address nor a host name");
    }
    return host;
  }

  private static int port(String port, String whole) {
    try {
      return parsePort(port);
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(
          Quote.of(whole) + " has no usable port; " + wrong.getMessage(), wrong);
    }
  }

  private static String host(String host, String whole) {
    boolean bracketed = host.startsWith("[");
    if (bracketed && (!host.endsWith("]") || host.indexOf(':') < 0)) {
      throw new IllegalArgumentException(
          Quote.of(whole) + " is not host:port; brackets go around an IPv6 address");
    }
    try {
      return parseHost(bracketed ? host.substring(1, host.length() - 1) : host);
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(
          Quote.of(whole) + " is not host:port; the host is " + wrong.getMessage(), wrong);
    }
  }

  /** {@code host:port}, or {@code [host]:port} where the host has a colon. */
  @Override
  public String toString() {
    return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
  }
}
