package dev.argyle.server.net;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The calls, bound as {@link LinuxSyscalls} binds its own. Belongs to one event loop. */
public final class LinuxDatagramCalls implements DatagramCalls {

  private static final int SOCK_DGRAM_NONBLOCK_CLOEXEC = 2 | 0x800 | 0x80000;
  private static final int MSG_DONTWAIT = 0x40;
  private static final int MSG_NOSIGNAL = 0x4000;

  private static final MethodHandle SOCKET = LinuxSyscalls.bound("socket", 0, "iii");
  private static final MethodHandle RECVMMSG = LinuxSyscalls.bound("recvmmsg", 0, "iliil");
  private static final MethodHandle SENDMMSG = LinuxSyscalls.bound("sendmmsg", 0, "ilii");

  private final MemorySegment captured = Arena.ofAuto().allocate(LinuxSyscalls.CAPTURED);

  private int answer(int result) {
    return result >= 0 ? result : -captured.get(JAVA_INT, LinuxSyscalls.ERRNO_OFFSET);
  }

  @Override
  public int datagramSocket(boolean ipv6) {
    try {
      int family = ipv6 ? SocketAddresses.AF_INET6 : SocketAddresses.AF_INET;
      return answer((int) SOCKET.invokeExact(captured, family, SOCK_DGRAM_NONBLOCK_CLOEXEC, 0));
    } catch (Throwable bug) {
      throw unexpected(bug);
    }
  }

  @Override
  public int receive(int fd, long messages, int count) {
    try {
      return answer((int) RECVMMSG.invokeExact(captured, fd, messages, count, MSG_DONTWAIT, 0L));
    } catch (Throwable bug) {
      throw unexpected(bug);
    }
  }

  @Override
  public int send(int fd, long messages, int count) {
    try {
      return answer(
          (int) SENDMMSG.invokeExact(captured, fd, messages, count, MSG_DONTWAIT | MSG_NOSIGNAL));
    } catch (Throwable bug) {
      throw unexpected(bug);
    }
  }

  private static IllegalStateException unexpected(Throwable bug) {
    return new IllegalStateException("a system call could not be made", bug);
  }
}
