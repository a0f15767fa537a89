package dev.argyle.server.session.command;

import dev.argyle.server.config.EgressSettings.Families;
import dev.argyle.server.config.Socks;
import dev.argyle.server.dial.AddressSearch;
import dev.argyle.server.dial.Family;
import dev.argyle.server.dial.Gate;
import dev.argyle.server.dial.HostName;
import dev.argyle.server.egress.Sources;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.udp.UdpOwner;
import dev.argyle.wire.Destination;
import dev.argyle.wire.socks.Command;
import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
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
  public boolean allows(Destination asked, InetAddress address, @Nullable Sources sources) {
    Gate gate = requester.gate(Command.UDP, asked);
    boolean byName =
        !(HostName.of(asked.host()) instanceof HostName.Name(String name))
            || gate.checkName(name) instanceof Gate.Allowed;
    return byName
        && gate.check(address) instanceof Gate.Allowed(@Nullable Sources now)
        && Objects.equals(origin(now), origin(sources));
  }

  private static @Nullable Object origin(@Nullable Sources sources) {
    return sources == null ? null : sources.origin();
  }

  @Override
  public void leavesFrom(@Nullable InetAddress local) {
    if (local != null) {
      requester.leavesFrom(local);
    }
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
  public @Nullable Runnable find(Destination asked, @Nullable InetAddress before, Finding finding) {
    Search search = new Search(asked, before, finding);
    search.addresses.start();
    return search.over ? null : search.addresses::cancel;
  }

  /**
   * One destination. Datagrams cannot be tried at several addresses as connections are: IPv4 is
   * taken if a name has it, which reaches more, unless an egress prefers IPv6. A name that had an
   * address before keeps it while it is among the answers, and while there are none because name
   * servers fail: its peer knows the flow by it.
   */
  private final class Search implements AddressSearch.Listener {

    private final @Nullable InetAddress before;
    private final Finding finding;
    private final AddressSearch addresses;
    private final Family preferred;
    private List<InetAddress> first = List.of();
    private List<InetAddress> second = List.of();
    private boolean over;

    Search(Destination asked, @Nullable InetAddress before, Finding finding) {
      this.before = before;
      this.finding = finding;
      Gate gate = requester.gate(Command.UDP, asked);
      Sources sources = gate.sources();
      Families families = sources == null ? null : sources.families();
      this.preferred = families != null && families.ipv6First() ? Family.IPV6 : Family.IPV4;
      this.addresses = loop.dialler().search(requester.asker(), asked.host(), gate, this);
    }

    @Override
    public void answered(Family family, List<InetAddress> answer) {
      if (over) {
        return;
      }
      if (before != null && answer.contains(before) && takes(List.of(before))) {
        return;
      }
      if (family == preferred) {
        first = answer;
      } else {
        second = answer;
      }
      boolean all = addresses.isOver();
      // It may be in the other answer.
      boolean mayBeKept = !all && before != null && Family.of(before) != preferred;
      if ((!mayBeKept && takes(first)) || !all || takes(second) || keepsBefore()) {
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

    /** That nobody could say where a name leads is no reason to leave the address that it had. */
    private boolean keepsBefore() {
      boolean unknown =
          switch (addresses.failure().why()) {
            case NAME_SERVER_FAILED, TIMED_OUT, NO_RESOURCES -> true;
            default -> false;
          };
      return before != null && unknown && takes(List.of(before));
    }

    /** Takes the first address that the rules allow. */
    private boolean takes(List<InetAddress> candidates) {
      for (InetAddress address : candidates) {
        if (addresses.ask(address) instanceof Gate.Allowed(Sources sources)) {
          over = true;
          addresses.cancel(); // nobody needs the other family
          finding.found(address, sources);
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
