package dev.argyle.server.session;

import dev.argyle.server.dial.Dial;
import dev.argyle.server.dial.DialFailure;
import dev.argyle.server.dial.DialOutcome;
import dev.argyle.server.dial.Gate;
import dev.argyle.server.dial.Target;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.wire.Destination;
import dev.argyle.wire.Host;
import dev.argyle.wire.socks.Command;
import dev.argyle.wire.socks.ReplyCode;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * CONNECT (RFC 1928, section 4): the destination is dialled, its addresses as the rules allow, and
 * joined with the client.
 */
final class ConnectCommand<S> implements Undertaking, DialOutcome<S> {

  private final ClientSession<S> session;
  private final Destination destination;
  private @Nullable Dial dial;

  ConnectCommand(ClientSession<S> session, Destination destination) {
    this.session = session;
    this.destination = destination;
  }

  @Override
  public void begin() {
    int port = destination.port();
    Target target =
        switch (destination.host()) {
          case Host.Ipv4(var address) -> new Target.Address(address, port);
          case Host.Ipv6(var address) -> new Target.Address(address, port);
          case Host.Name(String name) -> new Target.Name(name, port);
        };
    Gate gate =
        session.policy.gate(
            session.live.user(), session.live.client(), Command.CONNECT, destination);
    dial = session.loop.dialler().dial(session.loop.eventLoop(), target, gate, this);
  }

  @Override
  public void connected(S socket, InetSocketAddress to) {
    session.connected(socket, session.localAddress(socket));
  }

  @Override
  public void failed(DialFailure why, @Nullable String deniedBy) {
    ReplyCode code = ReplyCode.of(why.reply());
    session.refuse(code == null ? ReplyCode.GENERAL_FAILURE : code, reason(why));
  }

  private static EndReason reason(DialFailure why) {
    return switch (why) {
      case DENIED -> EndReason.REFUSED_BY_RULE;
      case NAME_NOT_FOUND, NAME_SERVER_FAILED -> EndReason.NAME_NOT_RESOLVED;
      case TIMED_OUT -> EndReason.DIAL_TIMEOUT;
      case NO_RESOURCES -> EndReason.OUT_OF_RESOURCES;
      case NETWORK_UNREACHABLE, GENERAL, HOST_UNREACHABLE, TTL_EXPIRED, REFUSED ->
          EndReason.DIAL_FAILED;
    };
  }

  @Override
  public void timeout() {
    if (dial != null) {
      dial.timeout();
    }
  }

  @Override
  public void cancel() {
    if (dial != null) {
      dial.cancel();
    }
  }
}
