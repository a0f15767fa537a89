package dev.argyle.server.net;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Sends datagrams to one UNIX address (unix(7)), which the JDK cannot do. The descriptor is opened
 * once, so that a shortage of descriptors keeps no later message from being sent, and is closed on
 * exec. Safe for any thread: one sends at a time, under the monitor. Not for event loops: a send
 * may block, {@link #PATIENCE} at most.
 */
public final class UnixDatagramSocket implements AutoCloseable {

  /** Octets of a path or of an abstract name, without its leading {@code @} (unix(7), sun_path). */
  public static final int MAX_ADDRESS_OCTETS = 107;

  /** How long a send waits for a reader whose queue is full. */
  static final Duration PATIENCE = Duration.ofSeconds(5);

  static final int AF_UNIX = 1;
  static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int SO_SNDTIMEO = 21;

  /** {@code sun_family}, {@code sun_path}. */
  static final int PATH_OFFSET = 2;

  private static final MethodHandle SOCKET = LinuxSyscalls.bound("socket");
  private static final MethodHandle SETSOCKOPT = LinuxSyscalls.bound("setsockopt");
  private static final MethodHandle SENDTO = LinuxSyscalls.bound("sendto");
  private static final MethodHandle CLOSE = LinuxSyscalls.bound("close");

  private final Arena arena = Arena.ofAuto();
  private final MemorySegment captured = arena.allocate(LinuxSyscalls.CAPTURED);
  private final MemorySegment address;
  private int descriptor;

  private UnixDatagramSocket(byte[] address) {
    this.address = arena.allocateFrom(JAVA_BYTE, address);
  }

  /**
   * Opens a socket.
   *
   * @param address to whom it sends: a path, or a name of Linux's abstract namespace behind an
   *     {@code @}
   * @throws IllegalArgumentException if it is neither, or longer than {@link #MAX_ADDRESS_OCTETS}
   * @throws ErrnoException if no socket can be had
   */
  public static UnixDatagramSocket to(String address) throws ErrnoException {
    return to(address, PATIENCE);
  }

  static UnixDatagramSocket to(String address, Duration patience) throws ErrnoException {
    UnixDatagramSocket socket = new UnixDatagramSocket(encoded(address));
    socket.open(patience);
    return socket;
  }

  /** {@code sockaddr_un}: a path ends with a NUL, an abstract name begins with one. */
  static byte[] encoded(String address) {
    byte[] octets = address.getBytes(StandardCharsets.UTF_8);
    boolean isAbstract = address.startsWith("@");
    if (!isAbstract && !address.startsWith("/")) {
      throw new IllegalArgumentException(
          "\"" + address + "\" is neither an absolute path nor an abstract name (@…)");
    }
    int length = octets.length - (isAbstract ? 1 : 0);
    if (length == 0 || length > MAX_ADDRESS_OCTETS) {
      throw new IllegalArgumentException(
          "an address of a UNIX socket has 1 to "
              + MAX_ADDRESS_OCTETS
              + " bytes, and this one has "
              + length);
    }
    byte[] encoded = new byte[PATH_OFFSET + octets.length + (isAbstract ? 0 : 1)];
    MemorySegment.ofArray(encoded).set(JAVA_SHORT.withByteAlignment(1), 0, (short) AF_UNIX);
    System.arraycopy(octets, 0, encoded, PATH_OFFSET, octets.length);
    if (isAbstract) {
      encoded[PATH_OFFSET] = 0;
    }
    return encoded;
  }

  private synchronized void open(Duration patience) throws ErrnoException {
    int opened = answer(call(SOCKET, AF_UNIX, SOCK_DGRAM_CLOEXEC, 0, 0, 0, 0));
    if (opened < 0) {
      throw new ErrnoException(-opened);
    }
    descriptor = opened;
    MemorySegment time = arena.allocate(JAVA_LONG, 2); // struct timeval: seconds, microseconds
    time.setAtIndex(JAVA_LONG, 0, patience.toSeconds());
    time.setAtIndex(JAVA_LONG, 1, patience.toNanosPart() / 1_000);
    int level = SocketOption.SOL_SOCKET;
    int set =
        answer(call(SETSOCKOPT, opened, level, SO_SNDTIMEO, time.address(), time.byteSize(), 0));
    if (set < 0) {
      close();
      throw new ErrnoException(-set);
    }
  }

  /**
   * Sends a datagram whole, or not at all.
   *
   * @return how many octets were sent, or the negated errno; -EAGAIN: its reader does not read;
   *     -EBADF: closed
   */
  public synchronized int send(byte[] message) {
    if (descriptor < 0) {
      return -Errno.EBADF;
    }
    try (Arena ofThisCall = Arena.ofConfined()) {
      MemorySegment octets = ofThisCall.allocateFrom(JAVA_BYTE, message);
      int answer;
      do {
        answer =
            answer(
                call(
                    SENDTO,
                    descriptor,
                    octets.address(),
                    message.length,
                    MSG_NOSIGNAL,
                    address.address(),
                    address.byteSize()));
      } while (Errno.interrupted(answer));
      return answer;
    }
  }

  /** For tests. */
  synchronized int descriptor() {
    return descriptor;
  }

  @Override
  public synchronized void close() {
    if (descriptor >= 0) {
      call(CLOSE, descriptor, 0, 0, 0, 0, 0);
      descriptor = -1;
    }
  }

  private long call(
      MethodHandle function,
      long first,
      long second,
      long third,
      long fourth,
      long fifth,
      long sixth) {
    return LinuxSyscalls.call(function, captured, first, second, third, fourth, fifth, sixth);
  }

  private int answer(long result) {
    return LinuxSyscalls.answer((int) result, captured);
  }
}
