package dev.argyle.server.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.rate.AccountRates;
import dev.argyle.server.telemetry.EndReason;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A tunnel's owner that remembers what it was told. */
final class Ends implements TunnelOwner {

  final AtomicLong up = new AtomicLong();
  final AtomicLong down = new AtomicLong();
  final List<Throwable> bugs = new CopyOnWriteArrayList<>();
  Runnable whenCounting = () -> {};
  @Nullable Tap tap;
  @Nullable AccountRates rates;
  Object whose = "ana";
  private final List<EndReason> told = new CopyOnWriteArrayList<>();
  private final CountDownLatch over = new CountDownLatch(1);
  private @Nullable Tunnel tunnel;

  void owns(Tunnel opened) {
    tunnel = opened;
  }

  @Override
  public void up(long octets) {
    up.addAndGet(octets);
    whenCounting.run();
  }

  @Override
  public void down(long octets) {
    down.addAndGet(octets);
    whenCounting.run();
  }

  @Override
  public @Nullable Tap tap() {
    return tap;
  }

  @Override
  public void onBug(Throwable bug) {
    bugs.add(bug);
    if (tunnel != null) {
      tunnel.end(EndReason.BUG);
    }
  }

  @Override
  public @Nullable AccountRates rates() {
    return rates;
  }

  @Override
  public Object whose() {
    return whose;
  }

  @Override
  public void ended(EndReason reason) {
    told.add(reason);
    over.countDown();
  }

  /** How it ended; waits for it, and for whatever else the loop still has to say. */
  EndReason reason(TunnelRig rig) throws Exception {
    return reason(rig, "the tunnel ends");
  }

  EndReason reason(TunnelRig rig, String play) throws Exception {
    assertThat(over.await(10, TimeUnit.SECONDS)).as(play).isTrue();
    rig.onLoop(() -> {});
    assertThat(told).as("the end is told once").hasSize(1);
    EndReason reason = told.getFirst();
    if (reason != EndReason.BUG) {
      assertThat(bugs).as(play).isEmpty();
    }
    return reason;
  }

  boolean isOver() {
    return over.getCount() == 0;
  }
}
