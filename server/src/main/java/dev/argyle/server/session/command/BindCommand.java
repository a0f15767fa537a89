package dev.argyle.server.session.command;

import dev.argyle.server.dial.AddressSearch;
import dev.argyle.server.dial.DialFailure;
import dev.argyle.server.dial.Failure;
import dev.argyle.server.dial.Family;
import dev.argyle.server.dial.Gate;
import dev.argyle.server.dial.HostName;
import dev.argyle.server.egress.Pick;
import dev.argyle.server.net.KernelRoute;
import dev.argyle.server.net.StreamSocket;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.Ending;
import dev.argyle.wire.Addresses;
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
final class BindCommand implements RunningCommand, Rendezvous.Host, AddressSearch.Listener {

  /** Source addresses that are tried; whatever was not there is known for a while. */
  private static final int MAX_SOURCES = 8;

  private final Requester requester;
  private final CommandLoop loop;
  private final Destination destination;
  private final AddressSearch search;
  private final Rendezvous rendezvous;
  private final List<InetAddress> found = new ArrayList<>();
  private RendezvousPlan.@Nullable Wait plan;
  private @Nullable Object whose; // in whose share it waits; null: it does not wait
  private int tried; // source addresses
  private boolean listening;
  private boolean over;
  private boolean cancelled;

  BindCommand(Requester requester, CommandLoop loop, Destination destination) {
    this.requester = requester;
    this.loop = loop;
    this.destination = destination;
    this.search =
        loop.dialler()
            .search(requester.asker(), destination.host(), gate(destination.port()), this);
    this.rendezvous = new Rendezvous(loop.sockets(), this);
  }

  @Override
  public void begin() {
    if (isAnybody(destination.host())) {
      // The rules are asked about whoever comes.
      meet(
          RendezvousPlan.forAnybody(
              requester.localAddress(), gate(destination.port()).sources(), loop.counters()));
    } else {
      search.start();
    }
  }

  /** All zeros (RFC 1928, section 4), also as text. */
  private static boolean isAnybody(Host host) {
    return HostName.of(host) instanceof HostName.Literal(InetAddress address)
        && address.isAnyLocalAddress();
  }

  @Override
  public void answered(Family family, List<InetAddress> addresses) {
    found.addAll(addresses);
    if (search.isOver() && !over) {
      meet(
          RendezvousPlan.forPeer(
              found, requester.localAddress(), search, KernelRoute::towards, loop.counters()));
    }
  }

  private void meet(RendezvousPlan made) {
    switch (made) {
      case RendezvousPlan.Refuse(Failure why) -> failed(why);
      case RendezvousPlan.Wait wait -> {
        if (mayWait()) {
          open(wait);
        } else {
          wait.by().release();
        }
      }
    }
  }

  private void open(RendezvousPlan.Wait wait) {
    plan = wait;
    tried++;
    rendezvous.open(wait.local(), wait.by().binding());
  }

  @Override
  public void unbound(int errno) {
    RendezvousPlan.Wait there = plan;
    if (there == null) {
      return;
    }
    plan = null;
    Pick other = there.by().insteadOfUnbound(errno, loop.counters());
    InetAddress address = other == null ? null : other.address();
    if (other == null || address == null) {
      failed(
          there.by() == Pick.ANY
              ? Failure.ofErrno(errno)
              : new Failure(DialFailure.ofErrno(errno), there.by().failure(errno)));
    } else if (tried == MAX_SOURCES || address.equals(there.local())) {
      other.release();
      failed(RendezvousPlan.NOTHING_LEFT);
    } else {
      open(there.instead(address, other));
    }
  }

  /** One user or source that waits often has no more of the ports than its share. */
  private boolean mayWait() {
    Object owner = requester.client().whose();
    switch (loop.bindWaits(owner)) {
      case GIVEN -> whose = owner;
      case FULL ->
          refuseOneMore(
              ReplyCode.GENERAL_FAILURE,
              new Ending(EndReason.OUT_OF_RESOURCES, "socks.bind.max-waiting is reached"));
      case OWN_FULL ->
          refuseOneMore(
              ReplyCode.NOT_ALLOWED,
              new Ending(EndReason.REFUSED_BY_RULE, "socks.bind.max-per-user is reached"));
    }
    return whose != null;
  }

  private void refuseOneMore(ReplyCode code, Ending why) {
    loop.counters().add(Counter.BINDS_REFUSED, 1);
    refuse(code, why);
  }

  /** The listener is closed. */
  private void waitsNoMore() {
    if (whose != null) {
      loop.bindWaitsNoMore(whose);
      whose = null;
    }
  }

  /** The rules as a peer that comes from this port meets them; those of now, for a wait is long. */
  private Gate gate(int port) {
    return requester.gate(Command.BIND, new Destination(destination.host(), port));
  }

  @Override
  public void listening(InetSocketAddress at) {
    listening = true;
    if (plan != null) {
      requester.bound(plan.by());
    }
    requester.leavesFrom(at.getAddress());
    requester.awaits(at);
  }

  @Override
  public boolean expects(InetSocketAddress peer) {
    InetAddress address = Addresses.normalise(peer.getAddress());
    return !over
        && plan != null
        && plan.expects(address)
        && gate(peer.getPort()).check(address) instanceof Gate.Allowed;
  }

  @Override
  public void arrived(StreamSocket socket, InetSocketAddress peer) {
    over = true;
    waitsNoMore();
    requester.connected(socket, peer);
  }

  @Override
  public void failed(Failure why) {
    refuse(why.why().reply(), why.ending());
  }

  private void refuse(ReplyCode code, Ending why) {
    if (over) {
      return;
    }
    over = true;
    search.cancel();
    waitsNoMore();
    // A client that sees the reply may take the port at once.
    rendezvous.close(
        requester.guarded(
            () -> {
              if (!cancelled) {
                requester.refuse(code, why);
              }
            }));
  }

  @Override
  public void timeout() {
    if (listening) {
      refuse(ReplyCode.TTL_EXPIRED, Ending.of(EndReason.BIND_TIMEOUT));
    } else {
      refuse(ReplyCode.HOST_UNREACHABLE, Ending.of(EndReason.NAME_NOT_RESOLVED));
    }
  }

  @Override
  public void cancel() {
    if (listening && !over) { // it was answered once: that is its reply
      loop.counters().add(Counter.reply(ReplyCode.SUCCEEDED.code()), 1);
    }
    over = true;
    cancelled = true;
    search.cancel();
    rendezvous.close();
    waitsNoMore();
  }

  @Override
  public void onBug(Throwable bug) {
    requester.onBug(bug);
  }
}
