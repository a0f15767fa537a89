package dev.argyle.server.session;

import dev.argyle.server.dial.DialFailure;
import dev.argyle.server.dial.Family;
import dev.argyle.server.dial.Gate;
import dev.argyle.server.dial.HostName;
import dev.argyle.server.dial.NameResolver;
import dev.argyle.server.rule.AddressForms;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.wire.Destination;
import dev.argyle.wire.Host;
import dev.argyle.wire.socks.Command;
import dev.argyle.wire.socks.ReplyCode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * BIND (RFC 1928, section 4): the address at which a peer is awaited goes to the client in a first
 * reply, the peer's own in a second, and then the two are joined as CONNECT's are.
 *
 * <p>The rules are asked twice: about the expected peer before anything is opened, and about the
 * one that comes, with the port that it comes from. A peer that is not the expected one, or that
 * the rules deny, is turned away, and the wait goes on.
 */
final class BindCommand<S> implements Undertaking, Rendezvous.Host<S>, NameResolver.Listener {

  private final ClientSession<S> session;
  private final Destination destination;
  private final List<InetAddress> found = new ArrayList<>();
  private DialFailure unresolved = DialFailure.NAME_NOT_FOUND;
  private int familiesAnswered;
  private NameResolver.@Nullable Lookup lookup;
  private RendezvousPlan.@Nullable Wait plan;
  private @Nullable Rendezvous rendezvous;
  private boolean listening;
  private boolean over;
  private boolean cancelled;

  BindCommand(ClientSession<S> session, Destination destination) {
    this.session = session;
    this.destination = destination;
  }

  @Override
  public void begin() {
    switch (destination.host()) {
      case Host.Ipv4(var address) -> expect(address);
      case Host.Ipv6(var address) -> expect(address);
      case Host.Name(String text) -> {
        switch (HostName.of(text)) {
          case HostName.Literal(InetAddress address) -> expect(address);
          case HostName.Host(String name) -> resolve(name);
          case HostName.Invalid() -> refuse(DialFailure.NAME_NOT_FOUND);
        }
      }
    }
  }

  private void expect(InetAddress written) {
    InetAddress address = AddressForms.normalise(written);
    InetAddress control = session.localAddress().getAddress();
    meet(
        address.isAnyLocalAddress()
            ? RendezvousPlan.forAnybody(control) // the rules are asked about whoever comes
            : RendezvousPlan.forPeer(
                List.of(address), control, gate(destination.port()), KernelRoute.TABLE));
  }

  private void resolve(String name) {
    if (gate(destination.port()).checkName(name) instanceof Gate.Denied) {
      refuse(DialFailure.DENIED);
      return;
    }
    NameResolver.Lookup started =
        session.loop.resolver().resolve(session.loop.eventLoop(), name, this);
    if (familiesAnswered < Family.values().length) {
      lookup = started;
    }
  }

  @Override
  public void answered(Family family, NameResolver.Answer answer) {
    session.guarded(() -> take(answer)).run();
  }

  private void take(NameResolver.Answer answer) {
    switch (answer) {
      case NameResolver.Addresses(List<InetAddress> addresses) -> found.addAll(addresses);
      case NameResolver.NoAddresses() -> {}
      case NameResolver.Failed(DialFailure why) -> unresolved = unresolved.orMoreTelling(why);
    }
    if (++familiesAnswered < Family.values().length || over) {
      return;
    }
    lookup = null;
    if (found.isEmpty()) {
      refuse(unresolved);
      return;
    }
    InetAddress control = session.localAddress().getAddress();
    meet(RendezvousPlan.forPeer(found, control, gate(destination.port()), KernelRoute.TABLE));
  }

  private void meet(RendezvousPlan made) {
    switch (made) {
      case RendezvousPlan.Refuse(DialFailure why) -> refuse(why);
      case RendezvousPlan.Wait wait -> {
        plan = wait;
        Rendezvous opened = session.loop.meet(wait.local(), this);
        if (over) {
          opened.close(() -> {});
        } else {
          rendezvous = opened;
        }
      }
    }
  }

  /** The rules as a peer that comes from this port meets them; those of now, for a wait is long. */
  private Gate gate(int port) {
    return session
        .services
        .policy()
        .gate(
            session.live.user(),
            session.live.client(),
            Command.BIND,
            new Destination(destination.host(), port));
  }

  @Override
  public void listening(InetSocketAddress at) {
    listening = true;
    session.awaits(at);
  }

  @Override
  public boolean expects(InetSocketAddress peer) {
    InetAddress address = AddressForms.normalise(peer.getAddress());
    return !over
        && plan != null
        && plan.expects(address)
        && gate(peer.getPort()).check(address) instanceof Gate.Allowed;
  }

  @Override
  public void arrived(S socket, InetSocketAddress peer) {
    over = true;
    session.guarded(() -> session.connected(socket, peer)).run();
  }

  @Override
  public void failed(DialFailure why) {
    refuse(why);
  }

  private void refuse(DialFailure why) {
    ReplyCode code = ReplyCode.of(why.reply());
    refuse(code == null ? ReplyCode.GENERAL_FAILURE : code, reason(why));
  }

  private static EndReason reason(DialFailure why) {
    return switch (why) {
      case DENIED -> EndReason.REFUSED_BY_RULE;
      case NAME_NOT_FOUND, NAME_SERVER_FAILED -> EndReason.NAME_NOT_RESOLVED;
      case NO_RESOURCES -> EndReason.OUT_OF_RESOURCES;
      case NETWORK_UNREACHABLE, GENERAL, TIMED_OUT, HOST_UNREACHABLE, TTL_EXPIRED, REFUSED ->
          EndReason.DIAL_FAILED;
    };
  }

  private void refuse(ReplyCode code, EndReason why) {
    if (!over) {
      close(
          session.guarded(
              () -> {
                if (!cancelled) {
                  session.refuse(code, why);
                }
              }));
    }
  }

  @Override
  public void timeout() {
    if (listening) {
      refuse(ReplyCode.TTL_EXPIRED, EndReason.BIND_TIMEOUT);
    } else {
      refuse(ReplyCode.HOST_UNREACHABLE, EndReason.NAME_NOT_RESOLVED);
    }
  }

  @Override
  public void cancel() {
    if (listening && !over) { // it was answered once: that is its reply
      session.loop.counters().add(Counter.reply(ReplyCode.SUCCEEDED.code()), 1);
    }
    cancelled = true;
    close(() -> {});
  }

  /** Gives up what is held, then goes on with {@code closed}. */
  private void close(Runnable closed) {
    over = true;
    if (lookup != null) {
      lookup.cancel();
      lookup = null;
    }
    Rendezvous open = rendezvous;
    rendezvous = null;
    if (open != null) {
      open.close(closed);
    } else {
      closed.run();
    }
  }
}
