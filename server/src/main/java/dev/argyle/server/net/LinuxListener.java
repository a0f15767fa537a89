package dev.argyle.server.net;

import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listening socket of the kernel. Level-triggered, so that what one turn leaves is told again.
 *
 * <p>It pauses when descriptors run out, for a listener that cannot accept would be told of its
 * backlog again and again. One for clients closes some of those that wait; one for a single peer
 * lets it wait.
 */
final class LinuxListener implements StreamListener, EpollIoHandle {

  private static final Logger LOG = LoggerFactory.getLogger(LinuxListener.class);

  /**
   * Asks for what is reported unasked anyway. {@code EpollIoOps.NONE} would take the socket out of
   * epoll for good: seen on Netty 4.2.18, where what is submitted next is an EPOLL_CTL_MOD, and
   * fails.
   */
  private static final EpollIoOps NOTHING = EpollIoOps.EPOLLERR;

  /** After this many full bursts they get twice as large. */
  private static final int FULL_BEFORE_MORE = 8;

  private final LinuxSocketLoop loop;
  private final FileDescriptor descriptor;
  private final InetSocketAddress local;
  private final boolean turnsAway;
  private final Acceptor acceptor;
  private @Nullable IoRegistration registration;

  /** How many are accepted before others are served. */
  private int burst = 1;

  /** How many bursts, one after the other, have not found the end of the backlog. */
  private int full;

  /**
   * @param turnsAway whether clients are closed for which there is no descriptor
   */
  LinuxListener(
      LinuxSocketLoop loop, int fd, InetSocketAddress local, boolean turnsAway, Acceptor acceptor) {
    this.loop = loop;
    this.descriptor = new FileDescriptor(fd);
    this.local = local;
    this.turnsAway = turnsAway;
    this.acceptor = acceptor;
  }

  @Override
  public InetSocketAddress local() {
    return local;
  }

  @Override
  public boolean start() {
    if (registration != null) {
      return true;
    }
    IoRegistration made = loop.eventLoop().register(this).getNow();
    registration = made;
    try {
      return made != null && made.submit(EpollIoOps.EPOLLIN) >= 0;
    } catch (RuntimeException refused) { // out of watches
      return false;
    }
  }

  @Override
  public FileDescriptor fd() {
    return descriptor;
  }

  @Override
  public void handle(IoRegistration from, IoEvent event) {
    acceptor.guard(this::accept);
  }

  /**
   * Accepts a burst. Clients that come one by one cost one call each: the kernel is not asked
   * whether there is another, as it says so by itself. Of a crowd the bursts grow.
   */
  private void accept() {
    for (int i = 0; i < burst && descriptor.isOpen(); i++) {
      int fd = loop.calls().accept(descriptor.intValue());
      if (fd >= 0 && !loop.mayOpen()) { // a spare is missing: it has the next descriptor
        loop.calls().close(fd);
        pause(loop.counted(Errno.EMFILE));
        return;
      }
      if (fd >= 0) {
        StreamListener.give(
            acceptor, LinuxStreamSocket.accepted(loop, fd), loop.calls().acceptedPeer());
      } else if (Errno.wouldBlock(fd)) {
        burst = Math.max(1, i);
        full = 0;
        return;
      } else if (Errno.isShortage(fd)) {
        pause(loop.counted(-fd));
        return;
      }
      // Else the client was gone before it was accepted: the next one.
    }
    full++;
    if (full % FULL_BEFORE_MORE == 0) {
      burst = Math.min(2 * burst, ACCEPTED_A_TURN);
    }
  }

  private void pause(int errno) {
    acceptor.shortage(errno);
    IoRegistration paused = registration;
    if (paused == null || !descriptor.isOpen()) {
      return;
    }
    if (turnsAway) {
      loop.turnAway(descriptor.intValue());
    }
    paused.submit(NOTHING);
    Runnable resume =
        () -> {
          if (descriptor.isOpen()) {
            paused.submit(EpollIoOps.EPOLLIN);
          }
        };
    loop.eventLoop().schedule(acceptor.guarded(resume), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
  }

  @Override
  public void close(Runnable closed) {
    close();
    closed.run();
  }

  @Override
  public void close() {
    if (!descriptor.isOpen()) {
      return;
    }
    if (registration != null) {
      registration.cancel();
    }
    try {
      descriptor.close();
    } catch (IOException gone) {
      LOG.debug("close", gone); // the kernel has let go of it all the same
    }
  }
}
