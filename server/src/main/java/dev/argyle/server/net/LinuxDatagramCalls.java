package dev.argyle.server.net;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The calls, bound as {@link LinuxSyscalls} binds its own. Belongs to one event loop. */
public final class LinuxDatagramCalls implements DatagramCalls {

  private static final int SOCK_DGRAM_NONBLOCK_CLOEXEC = 2 | 0x800 | 0x80000;
  private static final int MSG_DONTWAIT = 0x40;
  private static final int MSG_NOSIGNAL = 0x4000;

  private static final MethodHandle SOCKET = LinuxSyscalls.bound("socket");
  private static final MethodHandle RECVMMSG = LinuxSyscalls.bound("recvmmsg");
  private static final MethodHandle SENDMMSG = LinuxSyscalls.bound("sendmmsg");

  private final MemorySegment captured = Arena.ofAuto().allocate(LinuxSyscalls.CAPTURED);

  private int answer(long result) {
    return LinuxSyscalls.answer((int) result, captured);
  }

  @Override
  public int datagramSocket(boolean ipv6) {
    int family = ipv6 ? SocketAddresses.AF_INET6 : SocketAddresses.AF_INET;
    return answer(
        LinuxSyscalls.call(SOCKET, captured, family, SOCK_DGRAM_NONBLOCK_CLOEXEC, 0, 0, 0, 0));
  }

  @Override
  public int receive(int fd, long messages, int count) {
    return answer(LinuxSyscalls.call(RECVMMSG, captured, fd, messages, count, MSG_DONTWAIT, 0, 0));
  }

  @Override
  public int send(int fd, long messages, int count) {
    int flags = MSG_DONTWAIT | MSG_NOSIGNAL;
    return answer(LinuxSyscalls.call(SENDMMSG, captured, fd, messages, count, flags, 0, 0));
  }
}
