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
  private int kernelBufferOctets;

  SocketLoop(IoEventLoop loop, LoopTurns turns, LoopCounters counters) {
    this.loop = loop;
    this.turns = turns;
    this.counters = counters;
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
   * Finds out whether a port is free, for listeners that would share it with another server.
   *
   * @throws ErrnoException with words for the operator: it is not
   */
  public abstract void checkFree(InetAddress address, int port) throws ErrnoException;

  /** Closes what is kept for later. */
  public void close() {}

  /** Counts a failure if it is one of descriptors or memory. */
  final int counted(int errno) {
    if (Errno.isShortage(-errno)) {
      counters.add(Counter.DESCRIPTOR_SHORTAGES, 1);
    }
    return errno;
  }
}
