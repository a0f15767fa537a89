package dev.argyle.server.session.command;

import dev.argyle.server.config.Socks;
import dev.argyle.server.dial.AddressSearch;
import dev.argyle.server.dial.Family;
import dev.argyle.server.dial.Gate;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.udp.UdpOwner;
import dev.argyle.wire.Destination;
import dev.argyle.wire.socks.Command;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where one client's datagrams may go: the rules and the resolver, as its association asks them.
 */
final class UdpPermission implements UdpOwner {

  private final Requester requester;
  private final CommandLoop loop;

  UdpPermission(Requester requester, CommandLoop loop) {
    this.requester = requester;
    this.loop = loop;
  }

  @Override
  public Object rules() {
    return requester.rules();
  }

  @Override
  public boolean fullCone() {
    return loop.udpSettings().filter() == Socks.Filter.FULL_CONE;
  }

  @Override
  public void up(long octets) {
    requester.up(octets);
  }

  @Override
  public void down(long octets) {
    requester.down(octets);
  }

  @Override
  public void onBug(Throwable bug) {
    requester.onBug(bug);
  }

  @Override
  public @Nullable Runnable find(Destination asked, Finding finding) {
    Search search = new Search(asked, finding);
    search.addresses.start();
    return search.over ? null : search.addresses::cancel;
  }

  /**
   * One destination. Datagrams cannot be tried at several addresses as connections are: IPv4 is
   * taken if a name has it, which reaches more.
   */
  private final class Search implements AddressSearch.Listener {

    private final Finding finding;
    private final AddressSearch addresses;
    private List<InetAddress> ipv6 = List.of();
    private boolean ipv4Answered;
    private boolean over;

    Search(Destination asked, Finding finding) {
      this.finding = finding;
      Gate gate = requester.gate(Command.UDP, asked);
      this.addresses = loop.dialler().search(requester.asker(), asked.host(), gate, this);
    }

    @Override
    public void answered(Family family, List<InetAddress> answer) {
      if (over) {
        return;
      }
      switch (family) {
        case IPV4 -> {
          ipv4Answered = true;
          if (takes(answer)) {
            return;
          }
        }
        case IPV6 -> ipv6 = answer;
      }
      if (!addresses.isOver() || (ipv4Answered && takes(ipv6))) {
        return;
      }
      over = true;
      finding.dropped(
          switch (addresses.failure().why()) {
            case DENIED -> Counter.UDP_DROPPED_DENIED;
            case NETWORK_UNREACHABLE -> Counter.UDP_DROPPED_NO_SOCKET; // a source of no use
            default -> Counter.UDP_DROPPED_UNRESOLVED;
          });
    }

    /** Takes the first address that the rules allow. */
    private boolean takes(List<InetAddress> candidates) {
      for (InetAddress address : candidates) {
        if (addresses.ask(address) instanceof Gate.Allowed(InetAddress source)) {
          over = true;
          addresses.cancel(); // nobody needs the other family
          finding.found(address, source);
          return true;
        }
      }
      return false;
    }

    @Override
    public void onBug(Throwable bug) {
      requester.onBug(bug);
    }
  }
}
