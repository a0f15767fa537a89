package dev.argyle.server.config;

import dev.argyle.wire.socks.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the command line says in place of the file; applied again whenever the file is read again.
 *
 * @param socksHost {@code -l}; this or the port given: one SOCKS listener, whose other part is that
 *     of the first one in the file
 * @param socksPort {@code -p}, 0 to 65535
 * @param managementHost {@code -L}: for MASS, FEED over SCTP, Bottler and HTTP, where they are not
 *     null
 * @param managementPort {@code -P}, 0 to 65535; HTTP, over TCP as MASS is, has the next one; 0:
 *     each gets one of its own
 * @param noDissectors {@code -N}
 * @param authentication {@code --authentication}: counts as written out in the file; null: not
 *     given
 */
public record Overrides(
    @Nullable String socksHost,
    @Nullable Integer socksPort,
    @Nullable String managementHost,
    @Nullable Integer managementPort,
    boolean noDissectors,
    @Nullable List<Method> authentication) {

  private static final int LAST_PORT = 65_535;

  /** The file as it is. */
  public static final Overrides NONE = new Overrides(null, null, null, null, false);

  public Overrides {
    authentication = authentication == null ? null : List.copyOf(authentication);
  }

  /** Without {@code --authentication}. */
  public Overrides(
      @Nullable String socksHost,
      @Nullable Integer socksPort,
      @Nullable String managementHost,
      @Nullable Integer managementPort,
      boolean noDissectors) {
    this(socksHost, socksPort, managementHost, managementPort, noDissectors, null);
  }

  /**
   * Reads {@code password,none}.
   *
   * @throws IllegalArgumentException with a message that says what would be right
   */
  public static List<Method> parseMethods(String text) {
    List<Method> methods = new ArrayList<>();
    for (String word : text.split(",", -1)) {
      Method method = Words.parse(word.strip(), Kinds.LOGIN_METHODS);
      if (methods.contains(method)) {
        throw new IllegalArgumentException(Words.of(method) + " is in the list twice");
      }
      methods.add(method);
    }
    return methods;
  }

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
    values.computeIfPresent(
        "management.http.listen", (path, file) -> replaced(file, managementHost, httpPort()));
    if (noDissectors) {
      values.put("dissectors.enabled", false);
    }
    if (authentication != null) {
      values.put("socks.authentication", authentication);
    }
  }

  /** The one after MASS's, as it is by default; there is none after the last one. */
  private @Nullable Integer httpPort() {
    if (managementPort == null || managementPort == 0) {
      return managementPort;
    }
    return managementPort == LAST_PORT ? LAST_PORT - 1 : managementPort + 1;
  }

  private static Endpoint replaced(Object file, @Nullable String host, @Nullable Integer port) {
    Endpoint endpoint = (Endpoint) file;
    return new Endpoint(
        host == null ? endpoint.host() : host, port == null ? endpoint.port() : port);
  }
}
