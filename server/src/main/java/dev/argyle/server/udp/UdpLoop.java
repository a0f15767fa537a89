package dev.argyle.server.udp;

import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.LoopCounters;
import io.netty.channel.IoEventLoop;
import io.netty.channel.nio.NioIoHandler;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * What the associations of one event loop share: the memory that datagrams pass through, and how
 * sockets are opened. Only the loop's thread touches it.
 *
 * <p>The memory has {@value Inbox#OCTETS} octets of address space; of that, what datagrams of the
 * sizes seen so far have touched is in use.
 */
public abstract class UdpLoop {

  /**
   * Octets that all associations of a loop may hold back, of fragments and of datagrams to names
   * that are being resolved.
   */
  static final int MAX_HELD_OCTETS = 16 << 20;

  /** Destinations and remotes that all associations of a loop may remember, but for a few each. */
  static final int MAX_KNOWN = 65_536;

  private final IoEventLoop loop;
  private final LoopCounters counters;
  private final MemorySegment segment = Arena.ofAuto().allocate(Inbox.OCTETS, 4096);

  /** The loop's memory, in network order; only absolute positions are used. */
  final ByteBuffer memory = segment.asByteBuffer();

  final Inbox inbox = new Inbox();
  final Outbox outbox = new Outbox();
  final Allowance held = new Allowance(MAX_HELD_OCTETS);

  final Allowance known = new Allowance(MAX_KNOWN);

  /** The inbox and the outbox are being worked on. */
  boolean busy;

  UdpLoop(IoEventLoop loop, LoopCounters counters) {
    this.loop = loop;
    this.counters = counters;
  }

  /** The one that suits the loop: NIO for loops on NIO, else Linux's batches. */
  public static UdpLoop of(IoEventLoop loop, LoopCounters counters) {
    return loop.isIoType(NioIoHandler.class)
        ? new NioUdpLoop(loop, counters)
        : new NativeUdpLoop(loop, counters);
  }

  /** How opening a socket went. */
  public sealed interface Opened {}

  /** Nobody is told of its datagrams yet. */
  public record Open(UdpPort port) implements Opened {}

  /** It could not be had. */
  public enum Refused implements Opened {
    /** Every port of the range is taken. */
    NO_PORT,
    /** The address is not one of this machine's. */
    NO_SUCH_ADDRESS,
    /** No descriptor, memory or permission. */
    NO_RESOURCES
  }

  /**
   * Opens a socket at a local address.
   *
   * @param firstPort of the range to take a port from; 0: any that is free
   * @param lastPort of that range
   */
  public abstract Opened open(InetAddress at, int firstPort, int lastPort);

  final IoEventLoop eventLoop() {
    return loop;
  }

  final LoopCounters counters() {
    return counters;
  }

  final long memoryAddress() {
    return segment.address();
  }

  /** Counts datagrams that are lost, and why. */
  final void drop(Counter why, int datagrams) {
    counters.add(why, datagrams);
    counters.add(Counter.UDP_DATAGRAMS_DROPPED, datagrams);
  }
}
