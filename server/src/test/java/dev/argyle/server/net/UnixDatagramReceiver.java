package dev.argyle.server.net;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A UNIX datagram socket of the test's own, as a service manager has one. */
public final class UnixDatagramReceiver implements AutoCloseable {

  private static final int SO_RCVTIMEO = 20;
  private static final int MAX_OCTETS = 4_096;

  private static final MethodHandle SOCKET = LinuxSyscalls.bound("socket");
  private static final MethodHandle BIND = LinuxSyscalls.bound("bind");
  private static final MethodHandle SETSOCKOPT = LinuxSyscalls.bound("setsockopt");
  private static final MethodHandle RECV = LinuxSyscalls.bound("recv");
  private static final MethodHandle CLOSE = LinuxSyscalls.bound("close");

  private final Arena arena = Arena.ofAuto();
  private final MemorySegment captured = arena.allocate(LinuxSyscalls.CAPTURED);
  private final MemorySegment time = arena.allocate(JAVA_LONG, 2);
  private final MemorySegment buffer = arena.allocate(MAX_OCTETS);
  private final int descriptor;

  /**
   * Listens.
   *
   * @param address a path, or a name of the abstract namespace behind an {@code @}
   */
  public UnixDatagramReceiver(String address) throws IOException {
    descriptor =
        checked(
            call(
                SOCKET,
                UnixDatagramSocket.AF_UNIX,
                UnixDatagramSocket.SOCK_DGRAM_CLOEXEC,
                0,
                0,
                0));
    MemorySegment encoded = arena.allocateFrom(JAVA_BYTE, UnixDatagramSocket.encoded(address));
    checked(call(BIND, descriptor, encoded.address(), encoded.byteSize(), 0, 0));
  }

  /** The next datagram; null: none has come in that time. */
  public @Nullable String receive(Duration atMost) throws IOException {
    time.setAtIndex(JAVA_LONG, 0, atMost.toSeconds());
    time.setAtIndex(JAVA_LONG, 1, atMost.toNanosPart() / 1_000);
    int level = SocketOption.SOL_SOCKET;
    checked(call(SETSOCKOPT, descriptor, level, SO_RCVTIMEO, time.address(), time.byteSize()));
    int length = call(RECV, descriptor, buffer.address(), MAX_OCTETS, 0, 0);
    return Errno.wouldBlock(length)
        ? null
        : new String(buffer.asSlice(0, checked(length)).toArray(JAVA_BYTE), StandardCharsets.UTF_8);
  }

  private int call(
      MethodHandle function, long first, long second, long third, long fourth, long fifth) {
    long result = LinuxSyscalls.call(function, captured, first, second, third, fourth, fifth, 0);
    return LinuxSyscalls.answer((int) result, captured);
  }

  private static int checked(int answer) throws ErrnoException {
    if (answer < 0) {
      throw new ErrnoException(-answer);
    }
    return answer;
  }

  @Override
  public void close() {
    LinuxSyscalls.call(CLOSE, captured, descriptor, 0, 0, 0, 0, 0);
  }
}
