package dev.argyle.server.net;

import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A socket of the kernel at an event loop, registered once, edge-triggered: the kernel is asked for
 * its interest once, and what it says is kept in flags that whoever reads or writes clears. It
 * belongs to its loop.
 *
 * <p>It is its own file descriptor and its own handle, because an idle tunnel holds two of them.
 */
public class LinuxSocket extends FileDescriptor implements EpollIoHandle {

  private static final Logger LOG = LoggerFactory.getLogger(LinuxSocket.class);

  private static final int IN = 0x1;
  private static final int PRI = 0x2;
  private static final int OUT = 0x4;
  private static final int ERR = 0x8;
  private static final int HUP = 0x10;
  private static final int RDHUP = 0x2000;
  private static final int ET = 1 << 31;
  static final EpollIoOps EVERYTHING = EpollIoOps.valueOf(IN | PRI | OUT | RDHUP | ET);
  private static final EpollIoOps INPUT = EpollIoOps.valueOf(IN | ET);

  /** What a registration that was cancelled answers; an interest with EPOLLET is negative, too. */
  private static final long CANCELLED = -1;

  private SocketEvents owner = SocketEvents.NOBODY;
  private @Nullable IoRegistration registration;
  private boolean mayRead;
  private boolean mayWrite;
  private boolean inputEnded;
  private boolean failed;
  private boolean urgent;

  /**
   * Takes a descriptor over. Whoever is to be told of events calls {@link #handOver} before the
   * socket is registered.
   */
  public LinuxSocket(int fd) {
    super(fd);
  }

  /**
   * Registers for input alone: every datagram that leaves a send buffer would else be an event, and
   * nobody waits for that. On the loop's thread; events come from the next turn on.
   *
   * @return false: the kernel does not watch it
   */
  public final boolean registerForInput(IoEventLoop loop) {
    return register(loop, INPUT);
  }

  final boolean register(IoEventLoop loop, EpollIoOps interest) {
    Future<IoRegistration> registered = loop.register(this);
    if (!registered.isSuccess()) {
      return false;
    }
    IoRegistration made = registered.getNow();
    registration = made;
    return submit(interest);
  }

  /** Changes what the kernel is asked for. False: out of watches, or the descriptor is gone. */
  final boolean submit(EpollIoOps interest) {
    try {
      return registration != null && registration.submit(interest) != CANCELLED;
    } catch (RuntimeException refused) {
      return false;
    }
  }

  /** From now on {@code next} is told; the flags stay as they are. */
  public final void handOver(SocketEvents next) {
    owner = next;
  }

  public final boolean mayRead() {
    return mayRead;
  }

  /**
   * A read took less than it could: nothing is left, unless the end is still to be read, for which
   * no further edge will come, or urgent data was announced: a read stops short before it, so the
   * next one tells.
   */
  final void drained() {
    mayRead = inputEnded || urgent;
  }

  /**
   * A read said that nothing is there: urgent data has been read, and whatever else was announced
   * was meant for an earlier socket of the same number.
   */
  public final void empty() {
    mayRead = false;
    inputEnded = false;
    failed = false;
    urgent = false;
  }

  public final boolean mayWrite() {
    return mayWrite;
  }

  /** A write said that nothing more fits now. */
  public final void full() {
    mayWrite = false;
  }

  public final boolean inputEnded() {
    return inputEnded;
  }

  /** Whether EPOLLERR or EPOLLHUP was seen; SO_ERROR says what it is. */
  final boolean failed() {
    return failed;
  }

  public final boolean urgent() {
    return urgent;
  }

  @Override
  public final FileDescriptor fd() {
    return this;
  }

  @Override
  public final void handle(IoRegistration from, IoEvent event) {
    int bits = ((EpollIoEvent) event).ops().value();
    mayRead |= (bits & (IN | PRI | RDHUP | HUP | ERR)) != 0;
    mayWrite |= (bits & (OUT | HUP | ERR)) != 0;
    inputEnded |= (bits & (RDHUP | HUP | ERR)) != 0;
    failed |= (bits & (HUP | ERR)) != 0;
    urgent = (bits & PRI) != 0; // as the kernel has it now: until the octet behind it was read
    SocketEvents told = owner;
    try {
      told.ready();
    } catch (Throwable bug) { // what escapes from here would starve the loop's other sockets
      told.tell(bug);
    }
  }

  /** Closes the descriptor and forgets the registration; more calls do nothing. */
  @Override
  public void close() {
    if (!isOpen()) {
      return;
    }
    try {
      super.close();
    } catch (IOException gone) {
      LOG.debug("close", gone); // the kernel has let go of it all the same
    }
    if (registration != null) {
      registration.cancel(); // after the close: it then needs no call of its own
    }
  }

  @Override
  public final boolean equals(@Nullable Object other) {
    return this == other;
  }

  @Override
  public final int hashCode() {
    return System.identityHashCode(this);
  }
}
