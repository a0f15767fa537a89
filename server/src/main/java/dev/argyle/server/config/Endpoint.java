package dev.argyle.server.config;

/**
 * Where to listen.
 *
 * @param host an address or a name; without brackets
 * @param port 0 to 65535; 0 asks for a free one
 */
public record Endpoint(String host, int port) {

  public Endpoint {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("a port is 0 to 65535; 0 asks for a free one");
    }
  }

  /** {@code host:port}, or {@code [host]:port} where the host has a colon. */
  @Override
  public String toString() {
    return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
  }
}
