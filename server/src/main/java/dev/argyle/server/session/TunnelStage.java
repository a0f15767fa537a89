package dev.argyle.server.session;

import dev.argyle.server.net.StreamSocket;
import dev.argyle.server.rate.AccountRates;
import dev.argyle.server.relay.Tap;
import dev.argyle.server.relay.Tunnel;
import dev.argyle.server.relay.TunnelOwner;
import dev.argyle.server.session.gssapi.Sealing;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.Ending;
import dev.argyle.server.telemetry.FlightEvents;
import dev.argyle.server.telemetry.Histogram;
import org.jspecify.annotations.Nullable;

/** A client that is joined with its destination. The tunnel has both sockets and closes them. */
final class TunnelStage implements Stage, TunnelOwner {

  private final ClientSession session;
  private final Tunnel tunnel;
  private @Nullable Ending why; // known before the tunnel ends
  private long activeAtLastSweep;
  private boolean keptAlive;
  private boolean answered; // the destination has sent something

  /**
   * Joins the client with {@code remote}.
   *
   * @param first octets of the client that came behind its request, as they came
   * @param sealing what follows the request is wrapped; null: it is not
   */
  static TunnelStage open(
      ClientSession session, StreamSocket remote, byte[] first, @Nullable Sealing sealing) {
    TunnelStage stage;
    try {
      stage = new TunnelStage(session, remote, first, sealing);
    } catch (Throwable bug) { // nobody else would close it
      remote.close();
      throw bug;
    }
    session.holds(0); // the tunnel counts it
    session.enter(stage);
    stage.tunnel.start();
    return stage;
  }

  private TunnelStage(
      ClientSession session, StreamSocket remote, byte[] first, @Nullable Sealing sealing) {
    this.session = session;
    this.tunnel =
        new Tunnel(
            session.loop.relay(),
            session.socket,
            remote,
            first,
            this,
            sealing == null ? null : sealing.unwrapping(this::sealBroken),
            sealing == null ? null : sealing.wrapping());
  }

  /** The tunnel ends for it, and is told the reason alone. */
  private void sealBroken(Ending broken) {
    why = broken;
    session.admitted.sealBroken(broken);
  }

  @Override
  public void up(long octets) {
    session.up(octets);
  }

  @Override
  public void down(long octets) {
    if (!answered) {
      answered = true;
      session.counters().took(Histogram.FIRST_OCTET, System.nanoTime() - session.live.startNanos());
    }
    session.down(octets);
  }

  @Override
  public @Nullable Tap tap() {
    return session.services.taps().tap(session.live);
  }

  @Override
  public @Nullable AccountRates rates() {
    return session.admitted.rates();
  }

  @Override
  public void limit(AccountRates rates) {
    tunnel.limit(rates);
  }

  @Override
  public Object whose() {
    return session.live.whose();
  }

  @Override
  public void ended(EndReason reason) {
    session.finish(why == null ? Ending.of(reason) : why);
  }

  @Override
  public void onBug(Throwable bug) {
    session.onBug(bug);
  }

  @Override
  public long lastActiveNanos(long startNanos) {
    long last = tunnel.lastActiveNanos();
    return last == 0 ? startNanos : last; // it has not started yet
  }

  /** The tunnel has taken the client's socket over. */
  @Override
  public void ready() {
    tunnel.ready();
  }

  @Override
  public void sweep(long nowNanos) {
    tunnel.sweep();
    long idleNanos = session.loop.relay().settings().idleNanos();
    if (idleNanos > 0 && nowNanos - tunnel.lastActiveNanos() >= idleNanos) {
      session.counters().add(Counter.IDLE_TIMEOUTS, 1);
      tunnel.end(EndReason.IDLE_TIMEOUT);
      return;
    }
    if (tunnel.lastActiveNanos() == activeAtLastSweep) {
      session.rest();
      keepAlive(nowNanos);
    }
    activeAtLastSweep = tunnel.lastActiveNanos();
  }

  /** Of a crowd that comes to rest, a few at a time. */
  private void keepAlive(long nowNanos) {
    if (!keptAlive && session.loop.keepAlives().take(nowNanos)) {
      keptAlive = true;
      tunnel.keepAlive();
    }
  }

  @Override
  public void end(Ending reason) {
    why = reason;
    tunnel.end(reason.reason());
  }

  @Override
  public void leave(EndReason reason, long nowNanos) {
    tunnel.end(EndReason.CLIENT_CLOSED); // it has ended, unless a bug kept it from that
    long nanos = nowNanos - session.live.startNanos();
    session.counters().took(Histogram.TUNNEL, nanos);
    FlightEvents.tunnelEnded(session.live, reason, nanos);
  }
}
