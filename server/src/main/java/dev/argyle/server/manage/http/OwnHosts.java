package dev.argyle.server.manage.http;

import dev.argyle.wire.Addresses;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a request may call this server: the address that the client connected to, the name that the
 * configuration listens on, further names of the configuration and, on loopback, {@code localhost}.
 * A page whose name was made to point here (DNS rebinding) sends its own name, and is refused. The
 * port is not looked at: it says nothing about the page, and is another one behind {@code ssh -L}.
 * Immutable.
 */
final class OwnHosts {

  private final Set<String> names;

  /**
   * @param names of this server beside its addresses
   */
  OwnHosts(List<String> names) {
    this.names =
        names.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
  }

  /** Throws {@link ProblemException} unless the request is for this server. */
  void check(Received received, Target target) {
    List<String> hosts = received.headers().getAll("Host");
    if (hosts.size() > 1) {
      throw Problem.badRequest("there is more than one Host header", "send one").exception();
    }
    String host =
        target.authority() != null ? target.authority() : hosts.isEmpty() ? null : hosts.getFirst();
    if (host == null) {
      throw Problem.badRequest("there is no Host header", "send it, as HTTP/1.1 demands")
          .exception();
    }
    if (!isOwn(host, received.local().getAddress())) {
      throw Problem.of(
              421,
              "Misdirected request",
              "this server is not called that",
              "use the address that it listens on, or localhost, or add the name to"
                  + " management.http.names; this port is no HTTP proxy")
          .exception();
    }
  }

  private boolean isOwn(String authority, InetAddress local) {
    String host = host(authority).toLowerCase(Locale.ROOT);
    if (names.contains(host)) {
      return true;
    }
    if (local.isLoopbackAddress() && host.equals("localhost")) {
      return true;
    }
    InetAddress literal = Addresses.parse(host);
    return literal != null
        && (literal.equals(local) || local.isLoopbackAddress() && literal.isLoopbackAddress());
  }

  /** Without the port, and without the brackets of IPv6. */
  private static String host(String authority) {
    if (authority.startsWith("[")) {
      int end = authority.indexOf(']');
      return end < 0 ? authority : authority.substring(1, end);
    }
    int colon = authority.lastIndexOf(':');
    return colon < 0 ? authority : authority.substring(0, colon);
  }

  /**
   * Throws {@link ProblemException} for what a page of another origin has sent: no such page has
   * anything to do here, not even to look, for an event stream tells much by its timing.
   */
  static void checkOrigin(Received received, boolean changes) {
    HttpHeaders headers = received.headers();
    String origin = headers.get("Origin");
    String own = (received.secure() ? "https://" : "http://") + headers.get("Host");
    boolean foreign = origin != null && !origin.equalsIgnoreCase(own);
    if (foreign || changes && isCrossSite(headers.get("Sec-Fetch-Site"))) {
      throw Problem.forbidden(
              "the request comes from a page of another origin",
              "use the dashboard of this server, or a client that is no browser")
          .exception();
    }
  }

  private static boolean isCrossSite(@Nullable String site) {
    return site != null && !site.equals("same-origin") && !site.equals("none");
  }
}
