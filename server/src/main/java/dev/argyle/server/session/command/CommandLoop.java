package dev.argyle.server.session.command;

import static java.util.Objects.requireNonNull;

import dev.argyle.server.admission.Asker;
import dev.argyle.server.admission.Shares;
import dev.argyle.server.config.Socks;
import dev.argyle.server.dial.AddressSearch;
import dev.argyle.server.dial.Dialler;
import dev.argyle.server.dial.Gate;
import dev.argyle.server.dial.NameResolver;
import dev.argyle.server.net.SocketLoop;
import dev.argyle.server.rate.RateLoop;
import dev.argyle.server.telemetry.LoopCounters;
import dev.argyle.server.udp.UdpLoop;
import dev.argyle.wire.Host;
import java.net.InetAddress;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the commands of one event loop share. Only the loop's thread touches it. */
public final class CommandLoop {

  private final SocketLoop sockets;
  private final Dialler dialler;
  private final Associations associations;
  private final Supplier<Socks.Udp> udpSettings;
  private final Shares binds;
  private final Supplier<Socks.Bind> bindSettings;
  private final RateLoop rates;
  private @Nullable UdpLoop datagrams;
  private @Nullable InetAddress lastLocal;

  /**
   * @param rates of this loop
   * @param associations shared by all loops
   * @param udpSettings those of now
   * @param binds that wait for their peer, of all loops
   * @param bindSettings those of now
   */
  public CommandLoop(
      SocketLoop sockets,
      RateLoop rates,
      NameResolver resolver,
      Associations associations,
      Supplier<Socks.Udp> udpSettings,
      Shares binds,
      Supplier<Socks.Bind> bindSettings) {
    this.sockets = sockets;
    this.rates = rates;
    this.dialler = new Dialler(sockets.eventLoop(), resolver, sockets, sockets.counters());
    this.associations = associations;
    this.udpSettings = udpSettings;
    this.binds = binds;
    this.bindSettings = bindSettings;
  }

  SocketLoop sockets() {
    return sockets;
  }

  /**
   * An equal address that need not be kept as well: most connections leave by one of two or three.
   */
  InetAddress kept(InetAddress local) {
    if (!local.equals(lastLocal)) {
      lastLocal = local;
    }
    return requireNonNull(lastLocal);
  }

  /** Where associations wait for the rates of their accounts. */
  RateLoop rates() {
    return rates;
  }

  LoopCounters counters() {
    return sockets.counters();
  }

  Dialler dialler() {
    return dialler;
  }

  /** The addresses of a host, for whoever is no command; it is to be started, on the loop. */
  public AddressSearch search(Asker asker, Host host, Gate gate, AddressSearch.Listener listener) {
    return dialler.search(asker, host, gate, listener);
  }

  Associations associations() {
    return associations;
  }

  /**
   * A BIND is to wait for its peer, with a listener of its own. Where it is given, {@link
   * #bindWaitsNoMore} takes it back.
   */
  Shares.Answer bindWaits(Object whose) {
    Socks.Bind limits = bindSettings.get();
    return binds.take(whose, limits.maxWaiting(), limits.maxPerUser());
  }

  void bindWaitsNoMore(Object whose) {
    binds.leave(whose);
  }

  Socks.Udp udpSettings() {
    return udpSettings.get();
  }

  /** Where this loop's datagrams pass; made when the first client wants it. */
  UdpLoop datagrams() {
    UdpLoop made = datagrams == null ? UdpLoop.of(sockets, associations.memory()) : datagrams;
    datagrams = made;
    return made;
  }
}
