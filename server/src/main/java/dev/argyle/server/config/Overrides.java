package dev.argyle.server.config;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the command line says in place of the file; applied again whenever the file is read again.
 *
 * @param socksHost {@code -l}; this or the port given: one SOCKS listener, whose other part is that
 *     of the first one in the file
 * @param socksPort {@code -p}, 0 to 65535
 * @param managementHost {@code -L}: for MASS, FEED over SCTP and Bottler, where they are not null
 * @param managementPort {@code -P}, 0 to 65535; 0: each gets one of its own
 * @param noDissectors {@code -N}
 */
public record Overrides(
    @Nullable String socksHost,
    @Nullable Integer socksPort,
    @Nullable String managementHost,
    @Nullable Integer managementPort,
    boolean noDissectors) {

  /** The file as it is. */
  public static final Overrides NONE = new Overrides(null, null, null, null, false);

  /** Replaces values of the file, by the paths of their keys. */
  void applyTo(Map<String, Object> values) {
    if ((socksHost != null || socksPort != null)
        && values.get("socks.listen") instanceof List<?> listen
        && !listen.isEmpty()) {
      values.put("socks.listen", List.of(replaced(listen.getFirst(), socksHost, socksPort)));
    }
    for (String door : List.of("mass", "feed", "bottler")) {
      values.computeIfPresent(
          "management." + door + ".listen",
          (path, file) -> replaced(file, managementHost, managementPort));
    }
    if (noDissectors) {
      values.put("dissectors.enabled", false);
    }
  }

  private static Endpoint replaced(Object file, @Nullable String host, @Nullable Integer port) {
    Endpoint endpoint = (Endpoint) file;
    return new Endpoint(
        host == null ? endpoint.host() : host, port == null ? endpoint.port() : port);
  }
}
