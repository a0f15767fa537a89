package dev.argyle.server.net;

import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stream socket at an event loop, registered once for everything, edge-triggered, from accept or
 * connect to close: the kernel is asked for its interest once, and what it says is kept in two
 * flags that whoever reads or writes clears. It belongs to its loop.
 *
 * <p>It is its own file descriptor and its own handle, because an idle tunnel holds two of them.
 */
public final class NativeSocket extends FileDescriptor implements EpollIoHandle {

  private static final Logger LOG = LoggerFactory.getLogger(NativeSocket.class);

  private static final SocketEvents NOBODY = _ -> {};

  private static final int IN = 0x1;
  private static final int PRI = 0x2;
  private static final int OUT = 0x4;
  private static final int ERR = 0x8;
  private static final int HUP = 0x10;
  private static final int RDHUP = 0x2000;
  private static final int ET = 1 << 31;
  private static final EpollIoOps EVERYTHING = EpollIoOps.valueOf(IN | PRI | OUT | RDHUP | ET);
  private static final EpollIoOps INPUT = EpollIoOps.valueOf(IN | ET);

  private SocketEvents owner = NOBODY;
  private @Nullable IoRegistration registration;
  private boolean mayRead;
  private boolean mayWrite;
  private boolean inputEnded;
  private boolean failed;
  private boolean urgent;

  /**
   * Takes a descriptor over. Whoever is to be told of events calls {@link #handOver} before {@link
   * #register}.
   */
  public NativeSocket(int fd) {
    super(fd);
  }

  /**
   * Registers at the loop, on its thread; events come from the next turn on. False: the kernel
   * would not have it.
   */
  public boolean register(IoEventLoop loop) {
    return register(loop, EVERYTHING);
  }

  /**
   * As {@link #register}, for a socket of datagrams: every datagram that leaves its send buffer
   * would else be an event, and nobody waits for that.
   */
  public boolean registerForInput(IoEventLoop loop) {
    return register(loop, INPUT);
  }

  private boolean register(IoEventLoop loop, EpollIoOps interest) {
    Future<IoRegistration> registered = loop.register(this);
    if (!registered.isSuccess()) {
      return false;
    }
    registration = registered.getNow();
    try {
      registration.submit(interest);
      return true;
    } catch (RuntimeException refused) { // out of watches, or the descriptor is gone
      return false;
    }
  }

  /** From now on {@code next} is told; the flags stay as they are. */
  public void handOver(SocketEvents next) {
    owner = next;
  }

  /** Reading may give something: octets, the end or an error. */
  public boolean mayRead() {
    return mayRead;
  }

  /**
   * A read took less than it could: nothing is left, unless the end is still to be read, for which
   * no further edge will come, or urgent data was announced: a read stops short before it.
   */
  public void drained() {
    mayRead = inputEnded || urgent;
  }

  /**
   * A read said that nothing is there: whatever was announced was meant for an earlier socket of
   * the same number.
   */
  public void empty() {
    mayRead = false;
    inputEnded = false;
    failed = false;
  }

  public boolean mayWrite() {
    return mayWrite;
  }

  /** A write said that nothing more fits now. */
  public void full() {
    mayWrite = false;
  }

  /** The peer ended its stream or hung up; unread octets may still be there. */
  public boolean inputEnded() {
    return inputEnded;
  }

  /**
   * EPOLLERR or EPOLLHUP was seen: ask SO_ERROR, for a direction that has ended makes no call that
   * would notice.
   */
  public boolean failed() {
    return failed;
  }

  /**
   * The peer has sent urgent data (RFC 9293, section 3.8.5). It stays in its place in the stream
   * (SO_OOBINLINE), but reads stop before it, and splice does not get past it at all.
   */
  public boolean urgent() {
    return urgent;
  }

  @Override
  public FileDescriptor fd() {
    return this;
  }

  @Override
  public void handle(IoRegistration from, IoEvent event) {
    int bits = ((EpollIoEvent) event).ops().value();
    mayRead |= (bits & (IN | PRI | RDHUP | HUP | ERR)) != 0;
    mayWrite |= (bits & (OUT | HUP | ERR)) != 0;
    inputEnded |= (bits & (RDHUP | HUP | ERR)) != 0;
    failed |= (bits & (HUP | ERR)) != 0;
    urgent |= (bits & PRI) != 0;
    try {
      owner.ready(this);
    } catch (RuntimeException | Error bug) {
      // What escapes from here would starve the loop's other sockets for this turn.
      LOG.error("a socket's event could not be handled; this is a bug of Argyle's", bug);
    }
  }

  /**
   * Lets go of the descriptor without closing it: whoever calls this owns it from now on.
   *
   * @return the descriptor
   */
  public int release() {
    IoRegistration registered = registration;
    registration = null;
    if (registered != null) {
      registered.cancel(); // while it is open: that takes it out of epoll
    }
    if (!markClosed()) {
      throw new IllegalStateException("closed already");
    }
    return intValue();
  }

  /** Closes the descriptor and forgets the registration; more calls do nothing. */
  @Override
  public void close() {
    if (!isOpen()) {
      return;
    }
    try {
      super.close();
    } catch (java.io.IOException gone) {
      LOG.debug("close", gone); // the kernel has let go of it all the same
    }
    if (registration != null) {
      registration.cancel(); // after the close: it then needs no call of its own
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
