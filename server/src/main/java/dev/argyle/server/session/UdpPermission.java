package dev.argyle.server.session;

import dev.argyle.server.config.Socks;
import dev.argyle.server.dial.Family;
import dev.argyle.server.dial.Gate;
import dev.argyle.server.dial.HostName;
import dev.argyle.server.dial.NameResolver;
import dev.argyle.server.rule.AddressForms;
import dev.argyle.server.udp.UdpOwner;
import dev.argyle.wire.Destination;
import dev.argyle.wire.Host;
import dev.argyle.wire.socks.Command;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where one client's datagrams may go: the rules and the resolver, as its association asks them.
 */
final class UdpPermission<S> implements UdpOwner {

  private final ClientSession<S> session;

  UdpPermission(ClientSession<S> session) {
    this.session = session;
  }

  @Override
  public Object rules() {
    return session.services.policy().rules();
  }

  @Override
  public boolean fullCone() {
    return session.services.policy().udp().filter() == Socks.Filter.FULL_CONE;
  }

  @Override
  public void up(long octets) {
    session.up(octets);
  }

  @Override
  public void down(long octets) {
    session.down(octets);
  }

  @Override
  public @Nullable Runnable find(Destination asked, Finding finding) {
    Gate gate =
        session
            .services
            .policy()
            .gate(session.live.user(), session.live.client(), Command.UDP, asked);
    return switch (asked.host()) {
      case Host.Ipv4(var address) -> decide(gate, address, finding);
      case Host.Ipv6(var address) -> decide(gate, AddressForms.normalise(address), finding);
      case Host.Name(String text) -> find(gate, HostName.of(text), finding);
    };
  }

  private static @Nullable Runnable decide(Gate gate, InetAddress address, Finding finding) {
    switch (gate.check(address)) {
      case Gate.Allowed(InetAddress source) -> finding.found(address, source);
      case Gate.Denied _ -> finding.denied();
    }
    return null;
  }

  private @Nullable Runnable find(Gate gate, HostName name, Finding finding) {
    return switch (name) {
      case HostName.Literal(InetAddress address) -> decide(gate, address, finding);
      case HostName.Host(String host) -> {
        if (gate.checkName(host) instanceof Gate.Denied) {
          finding.denied();
          yield null;
        }
        yield new Search(gate, finding).begin(host);
      }
      case HostName.Invalid _ -> {
        finding.unresolved();
        yield null;
      }
    };
  }

  /**
   * One name. Datagrams cannot be tried at several addresses as connections are: IPv4 is taken if
   * the name has it, which reaches more.
   */
  private final class Search implements NameResolver.Listener {

    private final Gate gate;
    private final Finding finding;
    private List<InetAddress> ipv4 = List.of();
    private List<InetAddress> ipv6 = List.of();
    private int answers;
    private boolean over;

    Search(Gate gate, Finding finding) {
      this.gate = gate;
      this.finding = finding;
    }

    @Nullable Runnable begin(String host) {
      NameResolver.Lookup lookup =
          session.loop.resolver().resolve(session.loop.eventLoop(), host, this);
      return over ? null : lookup::cancel;
    }

    @Override
    public void answered(Family family, NameResolver.Answer answer) {
      answers++;
      if (answer instanceof NameResolver.Addresses(List<InetAddress> addresses)) {
        switch (family) {
          case IPV4 -> ipv4 = addresses;
          case IPV6 -> ipv6 = addresses;
        }
      }
      if (over || takes(ipv4) || answers < Family.values().length || takes(ipv6)) {
        return;
      }
      over = true;
      if (ipv4.isEmpty() && ipv6.isEmpty()) {
        finding.unresolved();
      } else {
        finding.denied();
      }
    }

    /** Takes the first address that the rules allow. */
    private boolean takes(List<InetAddress> addresses) {
      for (InetAddress address : addresses) {
        if (gate.check(address) instanceof Gate.Allowed(InetAddress source)) {
          over = true;
          finding.found(address, source);
          return true;
        }
      }
      return false;
    }
  }
}
