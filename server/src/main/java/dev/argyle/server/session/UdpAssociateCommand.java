package dev.argyle.server.session;

import dev.argyle.server.config.Addresses;
import dev.argyle.server.config.Socks;
import dev.argyle.server.rule.AddressForms;
import dev.argyle.server.session.gssapi.Sealing;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.udp.DatagramSeal;
import dev.argyle.server.udp.UdpAssociation;
import dev.argyle.server.udp.UdpLoop;
import dev.argyle.server.udp.UdpPort;
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
final class UdpAssociateCommand<S> implements Undertaking {

  private final ClientSession<S> session;
  private final Destination hint;
  private Associations.@Nullable Place place;
  private @Nullable UdpAssociation association;

  UdpAssociateCommand(ClientSession<S> session, Destination hint) {
    this.session = session;
    this.hint = hint;
  }

  @Override
  public void begin() {
    Socks.Udp settings = session.services.policy().udp();
    switch (session.services.associations().ask(session.live, settings)) {
      case Associations.Place given -> {
        place = given;
        open(settings);
      }
      case Associations.Full.IN_ALL ->
          session.refuse(ReplyCode.GENERAL_FAILURE, EndReason.OUT_OF_RESOURCES);
      case Associations.Full.OF_USER ->
          session.refuse(ReplyCode.NOT_ALLOWED, EndReason.REFUSED_BY_RULE);
    }
  }

  private void open(Socks.Udp settings) {
    InetAddress local = session.localAddress().getAddress();
    InetAddress advertised = advertised(settings);
    UdpLoop loop = session.loop.datagrams();
    UdpLoop.Opened opened =
        advertised == null
            ? UdpLoop.Refused.NO_SUCH_ADDRESS
            : open(loop, advertised, settings); // it may be another address of this machine
    if (opened == UdpLoop.Refused.NO_SUCH_ADDRESS) {
      opened = open(loop, local, settings);
    }
    switch (opened) {
      case UdpLoop.Open(UdpPort port) -> {
        InetAddress client = session.live.client();
        UdpAssociation made =
            new UdpAssociation(
                loop, port, client, clientPort(client), new UdpPermission<>(session), seal());
        association = made;
        if (made.start()) {
          session.associated(
              new InetSocketAddress(
                  advertised == null ? local : advertised, made.local().getPort()));
        } else {
          outOfResources();
        }
      }
      case UdpLoop.Refused why -> {
        if (why == UdpLoop.Refused.NO_PORT) {
          cancel();
          session.refuse(ReplyCode.GENERAL_FAILURE, EndReason.OUT_OF_RESOURCES);
        } else {
          outOfResources();
        }
      }
    }
  }

  private @Nullable DatagramSeal seal() {
    Sealing sealing = session.sealing();
    return sealing == null ? null : new SealedDatagrams(sealing.seal());
  }

  private void outOfResources() {
    cancel();
    session.loop.counters().add(Counter.DESCRIPTOR_SHORTAGES, 1);
    session.refuse(ReplyCode.GENERAL_FAILURE, EndReason.OUT_OF_RESOURCES);
  }

  private static UdpLoop.Opened open(UdpLoop loop, InetAddress at, Socks.Udp settings) {
    Socks.PortRange ports = settings.ports();
    return ports == null ? loop.open(at, 0, 0) : loop.open(at, ports.first(), ports.last());
  }

  /** The address that this client is told by configuration; null: none. */
  private @Nullable InetAddress advertised(Socks.Udp settings) {
    for (Socks.Advertised one : settings.advertise()) {
      if (one.clients().contains(session.live.client())) {
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
          case Host.Ipv6(var address) -> AddressForms.normalise(address);
          case Host.Name _ -> null;
        };
    boolean own = named != null && (named.isAnyLocalAddress() || named.equals(client));
    return own ? hint.port() : 0;
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
    long idleNanos = session.services.policy().udp().idleTimeout().toNanos();
    if (nowNanos - open.lastActiveNanos() >= idleNanos) {
      session.loop.counters().add(Counter.IDLE_TIMEOUTS, 1);
      session.ended(EndReason.IDLE_TIMEOUT);
    }
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
