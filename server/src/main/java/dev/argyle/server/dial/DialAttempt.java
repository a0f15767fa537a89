package dev.argyle.server.dial;

import dev.argyle.server.egress.Pick;
import dev.argyle.server.net.Connector;
import dev.argyle.server.net.Errno;
import dev.argyle.server.net.StreamSocket;
import dev.argyle.wire.Source;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One address of a destination being connected to, from one source address after the other while
 * they cannot be used. Belongs to its {@link Dial}.
 */
final class DialAttempt implements Connector.Outcome {

  /**
   * Source addresses that are tried towards one address: three system calls each, and whatever was
   * not there is known for a while.
   */
  static final int MAX_SOURCES = 8;

  private final Dial dial;
  private final Dialler dialler;
  private final InetSocketAddress to;
  private final long begunNanos;
  private Pick pick;
  private int tried; // source addresses
  private Connector.@Nullable Attempt attempt;

  DialAttempt(Dial dial, Dialler dialler, InetSocketAddress to, Pick pick) {
    this.dial = dial;
    this.dialler = dialler;
    this.to = to;
    this.pick = pick;
    this.begunNanos = dialler.timing.nanoTime();
  }

  InetSocketAddress to() {
    return to;
  }

  Pick pick() {
    return pick;
  }

  long begunNanos() {
    return begunNanos;
  }

  void start() {
    tried++;
    int now = tried;
    Connector.Attempt begun = dialler.connector.connect(to, pick.binding(), this);
    if (tried == now) { // it did not fail inside connect(), and another was begun
      attempt = begun;
    }
    if (dial.hasEnded()) {
      begun.cancel(); // the dial ended inside connect(); does nothing if this attempt won
    }
  }

  void cancel() {
    pick.release();
    if (attempt != null) {
      attempt.cancel();
    }
  }

  @Override
  public void connected(StreamSocket socket) {
    if (!dial.hasEnded()) {
      dial.won(this, socket);
    }
  }

  @Override
  public void failed(int errno) {
    if (!dial.isUnderWay(this)) {
      return;
    }
    if (errno != Errno.EADDRNOTAVAIL || pick.address() == null) {
      pick.release();
      dial.lost(this, Failure.ofErrno(errno, to.getAddress()));
    } else if (!goesOn(pick.insteadOfUsedUp(dialler.counters))) {
      dial.lost(
          this, new Failure(DialFailure.NO_RESOURCES, "no port is left at the source address"));
    }
  }

  @Override
  public void unbound(int errno) {
    if (!dial.isUnderWay(this)) {
      return;
    }
    String words = pick.failure(errno);
    if (!goesOn(pick.insteadOfUnbound(errno, dialler.counters))) {
      dial.lost(this, new Failure(DialFailure.ofErrno(errno), words));
    }
  }

  /** Tries the same destination from another address, if there is one. */
  private boolean goesOn(@Nullable Pick other) {
    if (other == null) {
      return false;
    }
    if (tried == MAX_SOURCES || Objects.equals(other.address(), pick.address())) {
      other.release();
      return false;
    }
    pick = other;
    start();
    return true;
  }

  @Override
  public Source source() {
    return dial.source();
  }

  @Override
  public void onBug(Throwable bug) {
    dial.onBug(bug);
  }
}
