package dev.argyle.server.session.command;

import dev.argyle.server.dial.Dial;
import dev.argyle.server.dial.DialOutcome;
import dev.argyle.server.dial.Failure;
import dev.argyle.server.dial.Gate;
import dev.argyle.server.egress.Pick;
import dev.argyle.server.net.StreamSocket;
import dev.argyle.wire.Destination;
import dev.argyle.wire.socks.Command;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * CONNECT (RFC 1928, section 4): the destination is dialled, its addresses as the rules allow, and
 * joined with the client.
 */
final class ConnectCommand implements RunningCommand, DialOutcome {

  private final Requester requester;
  private final CommandLoop loop;
  private final Destination destination;
  private @Nullable Gate gate;
  private @Nullable Dial dial;

  ConnectCommand(Requester requester, CommandLoop loop, Destination destination) {
    this.requester = requester;
    this.loop = loop;
    this.destination = destination;
  }

  @Override
  public void begin() {
    Gate rules = requester.gate(Command.CONNECT, destination);
    gate = rules;
    dial = loop.dialler().dial(requester.asker(), destination, rules, this);
  }

  @Override
  public void bound(Pick by) {
    requester.bound(by);
  }

  @Override
  public void connected(StreamSocket socket, InetSocketAddress to) {
    if (gate != null && dial != null && dial.isRace()) {
      gate.won(to.getAddress());
    }
    InetSocketAddress local = socket.localAddress();
    requester.leavesFrom(loop.kept(local.getAddress()));
    requester.connected(socket, local);
  }

  @Override
  public void failed(Failure why) {
    requester.refuse(why.why().reply(), why.ending());
  }

  @Override
  public void onBug(Throwable bug) {
    requester.onBug(bug);
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
