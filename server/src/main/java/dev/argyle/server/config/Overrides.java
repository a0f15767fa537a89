package dev.argyle.server.config;

import java.util.List;
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

  Configuration applyTo(Configuration file) {
    Dissectors dissectors = file.dissectors();
    return new Configuration(
        socks(file.socks()),
        file.rules(),
        file.dns(),
        noDissectors
            ? new Dissectors(false, dissectors.protocols(), dissectors.secretsInFull())
            : dissectors,
        management(file.management()),
        file.accounts(),
        file.log());
  }

  private Socks socks(Socks file) {
    if ((socksHost == null && socksPort == null) || file.listen().isEmpty()) {
      return file;
    }
    return file.withListen(List.of(replaced(file.listen().getFirst(), socksHost, socksPort)));
  }

  private Management management(Management file) {
    return new Management(
        new Management.Mass(
            management(file.mass().listen()),
            file.mass().anonymous(),
            file.mass().littleEndianCounters()),
        new Management.Feed(management(file.feed().listen()), file.feed().tcp()),
        new Management.Bottler(management(file.bottler().listen())),
        file.http());
  }

  private @Nullable Endpoint management(@Nullable Endpoint file) {
    return file == null ? null : replaced(file, managementHost, managementPort);
  }

  private static Endpoint replaced(Endpoint file, @Nullable String host, @Nullable Integer port) {
    return new Endpoint(host == null ? file.host() : host, port == null ? file.port() : port);
  }
}
