package dev.argyle.server.control;

import dev.argyle.server.config.Configuration;
import dev.argyle.server.config.Endpoint;
import dev.argyle.server.config.Socks;
import dev.argyle.server.session.SocksServer;
import dev.argyle.wire.Addresses;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the SOCKS side listens: as the configuration asks, or at what systemd has given this
 * process. Under {@link SocksControl}'s monitor, but {@link #listening} is for any thread.
 */
final class SocksListeners {

  private static final Logger LOG = LoggerFactory.getLogger(SocksControl.class);

  private final SocksServer server;
  private List<Endpoint> configuredBound = List.of(); // what the open listeners were asked to be
  private List<Endpoint> bound = List.of(); // the same, but with the ports that were given
  private volatile List<InetSocketAddress> listening = List.of();

  SocksListeners(SocksServer server) {
    this.server = server;
  }

  /** Where it listens, in the order of the configuration; empty while it is stopped. */
  List<InetSocketAddress> listening() {
    return listening;
  }

  /**
   * Opens them for the first time. The check of the configuration knows only the listeners of the
   * file; those of systemd are checked here.
   */
  void openFirst(Configuration configuration) throws SocksServer.ListenFailure {
    openAsIn(configuration);
    if (!server.isGivenListeners()) {
      return;
    }
    LOG.info("systemd has given the SOCKS listeners; socks.listen is not used");
    if (opensToOthers(configuration.socks())) {
      close();
      throw new SocksServer.ListenFailure(
          String.valueOf(bound),
          "other hosts can reach it, and the default of socks.authentication admits clients without"
              + " a login; set socks.authentication explicitly: [password], or add none for an open"
              + " proxy");
    }
  }

  /** Where they were, if that is what the configuration asks for: with the ports that it got. */
  void openAsIn(Configuration configuration) throws SocksServer.ListenFailure {
    List<Endpoint> wanted = configuration.socks().listen();
    open(wanted.equals(configuredBound) ? bound : wanted);
    configuredBound = wanted;
  }

  /** Opens them where they were. */
  void openAgain() throws SocksServer.ListenFailure {
    open(bound);
  }

  private void open(List<Endpoint> endpoints) throws SocksServer.ListenFailure {
    List<InetSocketAddress> found = server.listen(endpoints);
    List<Endpoint> again = new ArrayList<>();
    for (int i = 0; i < found.size(); i++) {
      String host =
          server.isGivenListeners()
              ? Addresses.text(found.get(i).getAddress())
              : endpoints.get(i).host();
      again.add(new Endpoint(host, found.get(i).getPort()));
    }
    bound = again;
    listening = List.copyOf(found);
  }

  void close() {
    server.stopListening();
    listening = List.of();
  }

  /** Whether a configuration would make the listeners an open proxy by accident. */
  private boolean opensToOthers(Socks next) {
    return ConfigurationFile.opensToOthers(next, bound);
  }

  /** As above; then it is logged that the configuration is not taken for that. */
  boolean refuseToOpenToOthers(Socks next) {
    if (!opensToOthers(next)) {
      return false;
    }
    LOG.error(
        "the configuration was not changed: other hosts can reach {}, and the default of"
            + " socks.authentication includes none, which would make it an open proxy; set"
            + " socks.authentication: [password], or restart with the new listeners",
        bound);
    return true;
  }

  /** Whether a configuration asks for other ones, which only a reset or a restart opens. */
  boolean areOthersIn(Configuration next) {
    return !server.isGivenListeners() && !next.socks().listen().equals(configuredBound);
  }
}
