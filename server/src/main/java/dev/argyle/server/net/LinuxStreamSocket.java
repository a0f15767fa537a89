package dev.argyle.server.net;

import java.net.InetSocketAddress;

/** A {@link StreamSocket} of the kernel, whose octets splice(2) can move without us. */
public final class LinuxStreamSocket extends LinuxSocket implements Connecting.Socket {

  private LinuxSocketLoop home;
  private boolean keptAlive; // or never to be

  /**
   * @param loop makes its calls until it is registered at a loop
   */
  public LinuxStreamSocket(LinuxSocketLoop loop, int fd) {
    this(loop, fd, false);
  }

  private LinuxStreamSocket(LinuxSocketLoop loop, int fd, boolean keptAlive) {
    super(fd);
    this.home = loop;
    this.keptAlive = keptAlive;
  }

  /** A socket that has all options of its listener. */
  static LinuxStreamSocket accepted(LinuxSocketLoop loop, int fd) {
    return new LinuxStreamSocket(loop, fd, true);
  }

  @Override
  public boolean register(SocketLoop loop) {
    home = (LinuxSocketLoop) loop;
    return register(loop.eventLoop(), EVERYTHING);
  }

  @Override
  public int error() {
    return failed()
        ? Math.max(
            0, home.calls().option(intValue(), SocketOption.SOL_SOCKET, SocketOption.SO_ERROR))
        : 0;
  }

  @Override
  public int receive(int at, int length) {
    return received(home.calls().recv(intValue(), home.address() + at, length), length);
  }

  private int received(int got, int length) {
    if (Errno.wouldBlock(got)) {
      empty();
    } else if (got > 0 && got < length) {
      drained();
    }
    return got;
  }

  @Override
  public boolean looksInPlace() {
    return true;
  }

  @Override
  public int peek(int at, int length) {
    int seen = home.calls().peek(intValue(), home.address() + at, length);
    if (Errno.wouldBlock(seen)) {
      empty();
    }
    return seen;
  }

  @Override
  public int send(int at, int length) {
    int gone = home.calls().send(intValue(), home.address() + at, length);
    if (Errno.wouldBlock(gone)) {
      full();
    }
    return gone;
  }

  /**
   * Moves up to {@code length} octets from here into a pipe.
   *
   * @return as {@link #receive}; EAGAIN also where the pipe is full, so ask with an empty one
   */
  public long spliceTo(int pipe, long length) {
    long got = home.calls().splice(intValue(), pipe, length);
    if (Errno.wouldBlock(got)) {
      empty();
    }
    return got;
  }

  /** Moves up to {@code length} octets from a pipe to here; as {@link #send}. */
  public long spliceFrom(int pipe, long length) {
    long gone = home.calls().splice(pipe, intValue(), length);
    if (gone == 0 || Errno.wouldBlock(gone)) {
      full();
    }
    return gone;
  }

  /**
   * The event may be an earlier socket's of the same number, so the kernel is asked: sending
   * nothing is refused until the connection stands, and with its error when it never will.
   */
  @Override
  public int connectResult() {
    int answer = send(0, 0);
    if (Errno.wouldBlock(answer)) {
      empty();
      return Errno.EAGAIN;
    }
    return -answer;
  }

  @Override
  public void endOutput() {
    home.calls().shutdownOutput(intValue());
  }

  @Override
  public void resetOnClose() {
    home.calls().resetOnClose(intValue());
  }

  @Override
  public void keepAlive() {
    if (!keptAlive) {
      keptAlive = true;
      home.setKeepAlive(intValue());
    }
  }

  @Override
  public InetSocketAddress localAddress() {
    InetSocketAddress local = home.calls().localAddress(intValue());
    return local == null ? new InetSocketAddress(0) : local;
  }
}
