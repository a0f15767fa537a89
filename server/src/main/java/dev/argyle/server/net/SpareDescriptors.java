package dev.argyle.server.net;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Descriptors that are kept to be given up: with one of them connections can be taken off a
 * listener's queue and closed when descriptors have run out. Otherwise clients would wait there for
 * a server that cannot serve them. Safe for any thread.
 *
 * <p>There is one for each loop that listens for clients. What was given up is opened again before
 * anything else is: while one is missing, whoever needs a descriptor {@linkplain #fill opens} that
 * one first, and goes without if there is none.
 */
public final class SpareDescriptors {

  /** Opens something that takes one descriptor. */
  interface Opener {
    Closeable open() throws IOException;
  }

  private final Opener opener;
  private final Queue<Closeable> kept = new ConcurrentLinkedQueue<>();
  private final AtomicInteger missing = new AtomicInteger();

  public SpareDescriptors() {
    this(SocketChannel::open);
  }

  SpareDescriptors(Opener opener) {
    this.opener = opener;
  }

  /** From now on one more is kept. */
  void keepOneMore() {
    missing.incrementAndGet();
    fill();
  }

  /**
   * Opens what is missing; most often nothing is, which costs a read.
   *
   * @return false: there is no descriptor for that, so there is none for anything else
   */
  public boolean fill() {
    for (int lacking = missing.get(); lacking > 0; lacking = missing.get()) {
      if (!missing.compareAndSet(lacking, lacking - 1)) {
        continue;
      }
      try {
        kept.add(opener.open());
      } catch (IOException none) {
        missing.incrementAndGet();
        return false;
      }
    }
    return true;
  }

  /** Gives one up: a descriptor is free, unless another thread takes it. False: none is left. */
  boolean giveUp() {
    @Nullable Closeable one = kept.poll();
    if (one == null) {
      return false;
    }
    missing.incrementAndGet();
    NioSocketLoop.close(one);
    return true;
  }

  /** Closes them; none is kept any more. */
  void close() {
    missing.set(0);
    for (Closeable one = kept.poll(); one != null; one = kept.poll()) {
      NioSocketLoop.close(one);
    }
  }
}
