package dev.argyle.server.net;

import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.LoopCounters;
import io.netty.channel.IoEventLoop;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * What the sockets of one event loop share: the buffer that octets pass through, turns, counters,
 * and how sockets are made. Only the loop's thread touches it.
 */
public abstract sealed class SocketLoop implements Connector
    permits LinuxSocketLoop, NioSocketLoop {

  /** The buffer's size. Octets stay in it for no longer than the call that sends them on. */
  public static final int BUFFER_OCTETS = 64 * 1024;

  private final IoEventLoop loop;
  private final LoopTurns turns;
  private final LoopCounters counters;
  private final MemorySegment memory = Arena.ofAuto().allocate(BUFFER_OCTETS, 4096);
  private final ByteBuffer buffer = memory.asByteBuffer();
  private final SpareDescriptors spares;
  private boolean hasSpare;
  private int kernelBufferOctets;
  private int keepAliveSeconds;

  /**
   * @param spares of all loops of a server
   */
  SocketLoop(IoEventLoop loop, LoopTurns turns, LoopCounters counters, SpareDescriptors spares) {
    this.loop = loop;
    this.turns = turns;
    this.counters = counters;
    this.spares = spares;
  }

  /**
   * From now on sockets are made with kernel buffers of this size, in each direction (SO_RCVBUF and
   * SO_SNDBUF, socket(7)), set before the handshake of TCP that announces the window. Linux counts
   * its own overhead by doubling the size, and grants no more than net.core.rmem_max and wmem_max.
   *
   * @param octets 0: the kernel sizes them as the connection needs it (net.ipv4.tcp_rmem)
   */
  public final void kernelBuffers(int octets) {
    kernelBufferOctets = octets;
  }

  final int kernelBuffers() {
    return kernelBufferOctets;
  }

  /**
   * From now on what listeners accept, and other sockets when they are told to ({@link
   * StreamSocket#keepAlive}), ask a silent peer whether it is still there (SO_KEEPALIVE, tcp(7)).
   * How often, and how long an answer may take, is the system's (net.ipv4.tcp_keepalive_intvl and
   * tcp_keepalive_probes: 11 minutes by default).
   *
   * @param idleSeconds how long it has been silent (TCP_KEEPIDLE), 32767 at most; 0: never
   */
  public final void keepAlive(int idleSeconds) {
    keepAliveSeconds = idleSeconds;
  }

  final int keepAliveSeconds() {
    return keepAliveSeconds;
  }

  public final IoEventLoop eventLoop() {
    return loop;
  }

  /** Where whoever has more to do asks for another turn. */
  public final LoopTurns turns() {
    return turns;
  }

  @Override
  public final void soon(LoopTurns.Step step) {
    turns.soon(step);
  }

  public final LoopCounters counters() {
    return counters;
  }

  /** The loop's buffer; whoever uses it sets position and limit. */
  public final ByteBuffer buffer() {
    return buffer;
  }

  final long address() {
    return memory.address();
  }

  /**
   * Whether listeners of several loops may share a port (SO_REUSEPORT). Otherwise one loop listens
   * and hands connections to the others.
   */
  public abstract boolean sharesPorts();

  /**
   * Listens at a local address.
   *
   * @param port 0: the system chooses one
   * @param shared with listeners of other loops, if {@link #sharesPorts}; the port can then be
   *     taken while connections of an earlier listener are still being closed. An IPv6 wildcard
   *     address then takes IPv4 as well
   * @throws ErrnoException with words for the operator
   */
  public abstract StreamListener listen(
      InetAddress address, int port, boolean shared, StreamListener.Acceptor acceptor)
      throws ErrnoException;

  /**
   * Listens for one connection, at a port that the system chooses.
   *
   * @param at has an address
   * @throws ErrnoException with words for the operator
   */
  public abstract StreamListener listen(Binding at, StreamListener.Acceptor acceptor)
      throws ErrnoException;

  /** Whether a listening socket that this process was given can be used here. */
  public abstract boolean adopts();

  /**
   * Accepts at a listening socket that this process was given, which stays open when the listener
   * is closed: its clients then wait for the next one.
   *
   * @param inherited its descriptor
   * @throws ErrnoException EINVAL: it is no listening TCP socket
   */
  public abstract StreamListener adopt(int inherited, StreamListener.Acceptor acceptor)
      throws ErrnoException;

  /**
   * Finds out whether a port is free, for listeners that would share it with another server.
   *
   * @throws ErrnoException with words for the operator: it is not
   */
  public abstract void checkFree(InetAddress address, int port) throws ErrnoException;

  /**
   * Asked before a descriptor is opened or used: whether the spares are there, which go first.
   *
   * @return false: as if the call had failed with EMFILE
   */
  public final boolean mayOpen() {
    return spares.fill();
  }

  /** Another spare, once, for a loop that listens for clients. */
  final void keepSpare() {
    if (!hasSpare) {
      hasSpare = true;
      spares.keepOneMore();
    }
  }

  final SpareDescriptors spares() {
    return spares;
  }

  /** Closes what is kept for later. */
  public final void close() {
    spares.close();
  }

  /** Counts a failure if it is one of descriptors or memory. */
  final int counted(int errno) {
    if (Errno.isShortage(-errno)) {
      counters.add(Counter.DESCRIPTOR_SHORTAGES, 1);
    }
    return errno;
  }
}
