package dev.argyle.server.session.command;

import dev.argyle.server.config.Socks;
import dev.argyle.server.rate.AccountRates;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.Ending;
import dev.argyle.server.udp.UdpAssociation;
import dev.argyle.server.udp.UdpLoop;
import dev.argyle.server.udp.UdpPort;
import dev.argyle.server.udp.UdpShare;
import dev.argyle.wire.Addresses;
import dev.argyle.wire.Destination;
import dev.argyle.wire.Host;
import dev.argyle.wire.socks.ReplyCode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * UDP ASSOCIATE (RFC 1928, section 4): a relay of the client's own, which lives as long as the
 * control connection and is not idle. The request's destination is a hint at the client's port, if
 * anything.
 */
final class UdpAssociateCommand implements RunningCommand {

  private final Requester requester;
  private final CommandLoop loop;
  private final Destination hint;
  private Associations.@Nullable Place place;
  private @Nullable UdpAssociation association;

  UdpAssociateCommand(Requester requester, CommandLoop loop, Destination hint) {
    this.requester = requester;
    this.loop = loop;
    this.hint = hint;
  }

  @Override
  public void begin() {
    Socks.Udp settings = loop.udpSettings();
    switch (loop.associations().ask(requester.client(), settings)) {
      case Associations.Place given -> {
        place = given;
        open(given.share(), settings);
      }
      case Associations.Full full -> refuse(full);
    }
  }

  private void refuse(Associations.Full full) {
    loop.counters().add(Counter.UDP_ASSOCIATIONS_REFUSED, 1);
    switch (full) {
      case IN_ALL -> refuse(EndReason.OUT_OF_RESOURCES, "socks.udp.max-associations is reached");
      case OF_USER ->
          requester.refuse(
              ReplyCode.NOT_ALLOWED,
              new Ending(EndReason.REFUSED_BY_RULE, "socks.udp.max-per-user is reached"));
    }
  }

  private void open(UdpShare share, Socks.Udp settings) {
    InetAddress local = requester.localAddress();
    InetAddress advertised = advertised(settings);
    UdpLoop.Opened opened =
        advertised == null
            ? UdpLoop.Refused.NO_SUCH_ADDRESS
            : open(advertised, settings); // it may be another address of this machine
    if (opened == UdpLoop.Refused.NO_SUCH_ADDRESS) {
      opened = open(local, settings);
    }
    switch (opened) {
      case UdpLoop.Open(UdpPort port) ->
          begin(share, port, advertised == null ? local : advertised);
      case UdpLoop.Refused.NO_PORT ->
          refuse(EndReason.OUT_OF_RESOURCES, "every port of socks.udp.ports is taken");
      case UdpLoop.Refused _ -> outOfResources();
    }
  }

  private void begin(UdpShare share, UdpPort port, InetAddress told) {
    InetAddress client = requester.client().client();
    UdpAssociation made =
        new UdpAssociation(
            loop.datagrams(),
            share,
            port,
            new InetSocketAddress(client, clientPort(client)),
            new UdpPermission(requester, loop),
            requester.datagramSeal());
    association = made;
    AccountRates rates = requester.rates();
    if (rates != null) {
      made.limit(loop.rates(), rates);
    }
    if (made.start()) {
      requester.associated(new InetSocketAddress(told, made.local().getPort()));
    } else {
      outOfResources();
    }
  }

  private void outOfResources() {
    loop.counters().add(Counter.DESCRIPTOR_SHORTAGES, 1);
    refuse(EndReason.OUT_OF_RESOURCES, "no socket for datagrams");
  }

  private void refuse(EndReason why, String detail) {
    cancel();
    requester.refuse(ReplyCode.GENERAL_FAILURE, new Ending(why, detail));
  }

  private UdpLoop.Opened open(InetAddress at, Socks.Udp settings) {
    Socks.PortRange ports = settings.ports();
    return ports == null
        ? loop.datagrams().open(at, 0, 0)
        : loop.datagrams().open(at, ports.first(), ports.last());
  }

  /** The address that this client is told by configuration; null: none. */
  private @Nullable InetAddress advertised(Socks.Udp settings) {
    for (Socks.Advertised one : settings.advertise()) {
      if (one.clients().contains(requester.client().client())) {
        return Addresses.parse(one.address());
      }
    }
    return null;
  }

  /**
   * The port that the client says it will send from. Many clients put their target there instead:
   * so only with an address that can be the client's own (socks5.md, UDP ASSOCIATE).
   */
  private int clientPort(InetAddress client) {
    InetAddress named =
        switch (hint.host()) {
          case Host.Ipv4(var address) -> address;
          case Host.Ipv6(var address) -> Addresses.normalise(address);
          case Host.Name _ -> null;
        };
    boolean own = named != null && (named.isAnyLocalAddress() || named.equals(client));
    return own ? hint.port() : 0;
  }

  @Override
  public void limit(AccountRates rates) {
    UdpAssociation open = association;
    if (open != null) {
      open.limit(loop.rates(), rates);
    }
  }

  @Override
  public void timeout() {} // it is there at once

  @Override
  public void sweep(long nowNanos) {
    UdpAssociation open = association;
    if (open == null) {
      return;
    }
    open.sweep(nowNanos);
    long idleNanos = loop.udpSettings().idleTimeout().toNanos();
    if (nowNanos - open.lastActiveNanos() >= idleNanos) {
      loop.counters().add(Counter.IDLE_TIMEOUTS, 1);
      requester.over(Ending.of(EndReason.IDLE_TIMEOUT));
    }
  }

  @Override
  public long lastActiveNanos(long startNanos) {
    UdpAssociation open = association;
    return open == null ? startNanos : open.lastActiveNanos();
  }

  @Override
  public void cancel() {
    if (association != null) {
      association.close();
      association = null;
    }
    if (place != null) {
      place.leave();
      place = null;
    }
  }
}
