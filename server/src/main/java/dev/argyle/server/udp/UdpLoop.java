package dev.argyle.server.udp;

import dev.argyle.server.net.Binding;
import dev.argyle.server.net.Errno;
import dev.argyle.server.net.LinuxDatagramCalls;
import dev.argyle.server.net.LinuxSocketLoop;
import dev.argyle.server.net.LoopTurns;
import dev.argyle.server.net.NioSocketLoop;
import dev.argyle.server.net.SocketLoop;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.LoopCounters;
import io.netty.channel.IoEventLoop;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What the associations of one event loop share: the memory that datagrams pass through, and how
 * sockets are opened. Only the loop's thread touches it.
 *
 * <p>The memory has {@value Inbox#OCTETS} octets of address space, of which the pages that
 * datagrams have touched are in use.
 */
public abstract class UdpLoop {

  /** What is passed on at events within {@link PromptBudget#WINDOW_NANOS}, of all users. */
  static final long PROMPT_NANOS = 500_000;

  private final SocketLoop loop;
  private final MemorySegment segment = Arena.ofAuto().allocate(Inbox.OCTETS, 4096);

  /** The loop's memory, in network order; only absolute positions are used. */
  final ByteBuffer memory = segment.asByteBuffer();

  final Inbox inbox = new Inbox();
  final Outbox outbox = new Outbox();
  final PromptBudget prompt = new PromptBudget(PROMPT_NANOS);

  /** This loop's part of {@link UdpMemory#held}. */
  final LoopLoan held;

  /** This loop's part of {@link UdpMemory#known}. */
  final LoopLoan known;

  private final Map<UdpShare, LoopShare> shares = new HashMap<>();

  /** The inbox and the outbox are in use. */
  boolean busy;

  UdpLoop(SocketLoop loop, UdpMemory memory) {
    this.loop = loop;
    this.held = memory.held.ofLoop();
    this.known = memory.known.ofLoop();
  }

  /**
   * Of the same kind as the loop.
   *
   * @param memory of all loops
   */
  public static UdpLoop of(SocketLoop loop, UdpMemory memory) {
    return switch (loop) {
      case LinuxSocketLoop linux -> new LinuxUdpLoop(linux, memory, new LinuxDatagramCalls());
      case NioSocketLoop nio -> new NioUdpLoop(nio, memory);
    };
  }

  /** How opening a socket went. */
  public sealed interface Opened {}

  /** Nobody is told of its datagrams yet. */
  public record Open(UdpPort port) implements Opened {}

  /** It was not opened. */
  public enum Refused implements Opened {
    /** Every port of the range is taken. */
    NO_PORT,
    /** The address is not an address of this machine. */
    NO_SUCH_ADDRESS,
    /** The interface or the mark that it is to have, or the address. */
    NOT_PERMITTED,
    /** No descriptor or memory. */
    NO_RESOURCES;

    static Refused of(int errno) {
      return switch (errno) {
        case Errno.EADDRINUSE -> NO_PORT;
        case Errno.EADDRNOTAVAIL, Errno.EAFNOSUPPORT -> NO_SUCH_ADDRESS;
        case Errno.EPERM, Errno.ENODEV, Errno.ENOSYS -> NOT_PERMITTED;
        default -> NO_RESOURCES;
      };
    }
  }

  /**
   * Opens a socket at a local address.
   *
   * @param firstPort of the range to take a port from; 0: any that is free
   * @param lastPort of that range
   */
  public final Opened open(InetAddress at, int firstPort, int lastPort) {
    return open(at, firstPort, lastPort, null);
  }

  /**
   * As above.
   *
   * @param by how it is bound besides; null: in no other way
   */
  public abstract Opened open(InetAddress at, int firstPort, int lastPort, @Nullable Binding by);

  /** Binds to a port of a range, from a random one on: ports that are taken are often in a row. */
  static int bind(int firstPort, int lastPort, IntUnaryOperator bind) {
    int size = lastPort - firstPort + 1;
    int start = ThreadLocalRandom.current().nextInt(size);
    int answer = -Errno.EADDRINUSE;
    for (int i = 0; i < size && answer == -Errno.EADDRINUSE; i++) {
      answer = bind.applyAsInt(firstPort + (start + i) % size);
    }
    return answer;
  }

  /** As {@link SocketLoop#mayOpen}. */
  final boolean mayOpen() {
    return loop.mayOpen();
  }

  final IoEventLoop eventLoop() {
    return loop.eventLoop();
  }

  /** One more association of a user. */
  final LoopShare join(UdpShare user) {
    LoopShare share = shares.computeIfAbsent(user, _ -> new LoopShare(this, user));
    share.joins();
    return share;
  }

  /** One association fewer. */
  final void leave(LoopShare share) {
    if (share.leaves()) {
      shares.remove(share.user());
    }
  }

  /** As {@link System#nanoTime}. */
  long nanoTime() {
    return System.nanoTime();
  }

  /** In a turn of the loop's, behind all that wait for one. */
  void later(LoopTurns.Turn turn) {
    loop.turns().later(turn);
  }

  /** Datagrams were passed on as they came: turns of bulk are short from now on. */
  void passedPromptly() {
    loop.turns().prompt();
  }

  final LoopCounters counters() {
    return loop.counters();
  }

  final long memoryAddress() {
    return segment.address();
  }

  /** Counts datagrams that are dropped, and why. */
  final void drop(Counter why, int datagrams) {
    counters().add(why, datagrams);
    counters().add(Counter.UDP_DATAGRAMS_DROPPED, datagrams);
  }
}
