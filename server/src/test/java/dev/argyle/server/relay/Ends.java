package dev.argyle.server.relay;

import static org.assertj.core.api.Assertions.assertThat;

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
  private final List<EndReason> told = new CopyOnWriteArrayList<>();
  private final CountDownLatch over = new CountDownLatch(1);

  @Override
  public void up(long octets) {
    up.addAndGet(octets);
  }

  @Override
  public void down(long octets) {
    down.addAndGet(octets);
  }

  @Override
  public @Nullable Tap tap() {
    return null;
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
    return told.getFirst();
  }

  boolean isOver() {
    return over.getCount() == 0;
  }
}
