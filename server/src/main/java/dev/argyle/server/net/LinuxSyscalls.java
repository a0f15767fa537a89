package dev.argyle.server.net;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The calls, bound to the C library. Pointers are passed as 64-bit integers, which on x86-64 and
 * aarch64 is the same register, so that no object is made for a call. Belongs to one event loop.
 */
public final class LinuxSyscalls implements Syscalls {

  private static final int SOCK_STREAM_NONBLOCK_CLOEXEC = 1 | 0x800 | 0x80000;
  private static final int O_NONBLOCK_CLOEXEC = 0x800 | 0x80000;
  private static final int MSG_PEEK = 2;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int SPLICE_F_MOVE_NONBLOCK = 1 | 2;
  private static final int F_SETPIPE_SZ = 1031;
  private static final int SHUT_WR = 1;

  static final MemoryLayout CAPTURED = Linker.Option.captureStateLayout();
  static final long ERRNO_OFFSET =
      CAPTURED.byteOffset(MemoryLayout.PathElement.groupElement("errno"));

  private static final MethodHandle SOCKET = bound("socket", 0, "iii");
  private static final MethodHandle BIND = bound("bind", 0, "ili");
  private static final MethodHandle LISTEN = bound("listen", 0, "ii");
  private static final MethodHandle ACCEPT4 = bound("accept4", 0, "illi");
  private static final MethodHandle CONNECT = bound("connect", 0, "ili");
  private static final MethodHandle GETSOCKNAME = bound("getsockname", 0, "ill");
  private static final MethodHandle RECV = boundLong("recv", "illi");
  private static final MethodHandle SEND = boundLong("send", "illi");
  private static final MethodHandle SPLICE = boundLong("splice", "ililli");
  private static final MethodHandle PIPE2 = bound("pipe2", 0, "li");
  private static final MethodHandle FCNTL = bound("fcntl", 2, "iii");
  private static final MethodHandle WRITE = boundLong("write", "ill");
  private static final MethodHandle SHUTDOWN = bound("shutdown", 0, "ii");
  private static final MethodHandle SETSOCKOPT = bound("setsockopt", 0, "iiili");
  private static final MethodHandle GETSOCKOPT = bound("getsockopt", 0, "iiill");
  private static final MethodHandle CLOSE = bound("close", 0, "i");

  private final Arena arena = Arena.ofAuto();
  private final MemorySegment captured = arena.allocate(CAPTURED);
  private final SocketAddresses addresses = new SocketAddresses(arena);
  private final MemorySegment value = arena.allocate(JAVA_LONG);
  private final MemorySegment valueLength = arena.allocate(JAVA_INT);

  /** Whether this system has what {@link LinuxSyscalls} binds; false: use NIO. */
  public static boolean available() {
    return System.getProperty("os.name", "").equals("Linux")
        && System.getProperty("sun.arch.data.model", "64").equals("64");
  }

  static MethodHandle bound(String name, int firstVariadic, String parameters) {
    return bind(name, FunctionDescriptor.of(JAVA_INT, layouts(parameters)), firstVariadic);
  }

  private static MethodHandle boundLong(String name, String parameters) {
    return bind(name, FunctionDescriptor.of(JAVA_LONG, layouts(parameters)), 0);
  }

  private static MethodHandle bind(String name, FunctionDescriptor shape, int firstVariadic) {
    Linker linker = Linker.nativeLinker();
    MemorySegment symbol = linker.defaultLookup().findOrThrow(name);
    Linker.Option errno = Linker.Option.captureCallState("errno");
    return firstVariadic == 0
        ? linker.downcallHandle(symbol, shape, errno)
        : linker.downcallHandle(
            symbol, shape, errno, Linker.Option.firstVariadicArg(firstVariadic));
  }

  private static MemoryLayout[] layouts(String parameters) {
    return parameters
        .chars()
        .mapToObj(letter -> letter == 'i' ? (MemoryLayout) JAVA_INT : JAVA_LONG)
        .toArray(MemoryLayout[]::new);
  }

  private int answer(int result) {
    return result >= 0 ? result : -captured.get(JAVA_INT, ERRNO_OFFSET);
  }

  private long answer(long result) {
    return result >= 0 ? result : -captured.get(JAVA_INT, ERRNO_OFFSET);
  }

  @Override
  public int streamSocket(boolean ipv6) {
    try {
      int family = ipv6 ? SocketAddresses.AF_INET6 : SocketAddresses.AF_INET;
      return answer((int) SOCKET.invokeExact(captured, family, SOCK_STREAM_NONBLOCK_CLOEXEC, 0));
    } catch (Throwable bug) {
      throw unexpected(bug);
    }
  }

  @Override
  public int bind(int fd, InetAddress address, int port) {
    int length = addresses.write(address, port);
    try {
      return answer((int) BIND.invokeExact(captured, fd, addresses.pointer(), length));
    } catch (Throwable bug) {
      throw unexpected(bug);
    }
  }

  @Override
  public int listen(int fd, int backlog) {
    try {
      return answer((int) LISTEN.invokeExact(captured, fd, backlog));
    } catch (Throwable bug) {
      throw unexpected(bug);
    }
  }

  @Override
  public int accept(int fd) {
    addresses.expect();
    try {
      return answer(
          (int)
              ACCEPT4.invokeExact(
                  captured,
                  fd,
                  addresses.pointer(),
                  addresses.lengthPointer(),
                  O_NONBLOCK_CLOEXEC));
    } catch (Throwable bug) {
      throw unexpected(bug);
    }
  }

  @Override
  public InetSocketAddress acceptedPeer() {
    return addresses.read();
  }

  @Override
  public int connect(int fd, InetAddress address, int port) {
    int length = addresses.write(address, port);
    try {
      return answer((int) CONNECT.invokeExact(captured, fd, addresses.pointer(), length));
    } catch (Throwable bug) {
      throw unexpected(bug);
    }
  }

  @Override
  public @Nullable InetSocketAddress localAddress(int fd) {
    addresses.expect();
    try {
      int result =
          (int)
              GETSOCKNAME.invokeExact(captured, fd, addresses.pointer(), addresses.lengthPointer());
      return result == 0 ? addresses.read() : null;
    } catch (Throwable bug) {
      throw unexpected(bug);
    }
  }

  @Override
  public int recv(int fd, long address, int length) {
    try {
      return (int) answer((long) RECV.invokeExact(captured, fd, address, (long) length, 0));
    } catch (Throwable bug) {
      throw unexpected(bug);
    }
  }

  @Override
  public int peek(int fd, long address, int length) {
    try {
      return (int) answer((long) RECV.invokeExact(captured, fd, address, (long) length, MSG_PEEK));
    } catch (Throwable bug) {
      throw unexpected(bug);
    }
  }

  @Override
  public int send(int fd, long address, int length) {
    try {
      return (int)
          answer((long) SEND.invokeExact(captured, fd, address, (long) length, MSG_NOSIGNAL));
    } catch (Throwable bug) {
      throw unexpected(bug);
    }
  }

  @Override
  public long splice(int from, int to, long length) {
    try {
      return answer(
          (long) SPLICE.invokeExact(captured, from, 0L, to, 0L, length, SPLICE_F_MOVE_NONBLOCK));
    } catch (Throwable bug) {
      throw unexpected(bug);
    }
  }

  @Override
  public int pipe(int[] ends) {
    try {
      int result = answer((int) PIPE2.invokeExact(captured, value.address(), O_NONBLOCK_CLOEXEC));
      if (result == 0) {
        ends[0] = value.get(JAVA_INT, 0);
        ends[1] = value.get(JAVA_INT, 4);
      }
      return result;
    } catch (Throwable bug) {
      throw unexpected(bug);
    }
  }

  @Override
  public int pipeCapacity(int fd, int octets) {
    try {
      return answer((int) FCNTL.invokeExact(captured, fd, F_SETPIPE_SZ, octets));
    } catch (Throwable bug) {
      throw unexpected(bug);
    }
  }

  @Override
  public int write(int fd, long address, int length) {
    try {
      return (int) answer((long) WRITE.invokeExact(captured, fd, address, (long) length));
    } catch (Throwable bug) {
      throw unexpected(bug);
    }
  }

  @Override
  public int shutdownOutput(int fd) {
    try {
      return answer((int) SHUTDOWN.invokeExact(captured, fd, SHUT_WR));
    } catch (Throwable bug) {
      throw unexpected(bug);
    }
  }

  @Override
  public int setOption(int fd, int level, int name, int setting) {
    value.set(JAVA_INT, 0, setting);
    return setOption(fd, level, name, value.address(), 4);
  }

  @Override
  public int resetOnClose(int fd) {
    value.set(JAVA_INT, 0, 1); // struct linger: on, for no time at all
    value.set(JAVA_INT, 4, 0);
    return setOption(fd, SocketOption.SOL_SOCKET, SocketOption.SO_LINGER, value.address(), 8);
  }

  private int setOption(int fd, int level, int name, long pointer, int length) {
    try {
      return answer((int) SETSOCKOPT.invokeExact(captured, fd, level, name, pointer, length));
    } catch (Throwable bug) {
      throw unexpected(bug);
    }
  }

  @Override
  public int option(int fd, int level, int name) {
    valueLength.set(JAVA_INT, 0, 4);
    try {
      int result =
          answer(
              (int)
                  GETSOCKOPT.invokeExact(
                      captured, fd, level, name, value.address(), valueLength.address()));
      return result < 0 ? result : value.get(JAVA_INT, 0);
    } catch (Throwable bug) {
      throw unexpected(bug);
    }
  }

  @Override
  public int close(int fd) {
    try {
      return answer((int) CLOSE.invokeExact(captured, fd));
    } catch (Throwable bug) {
      throw unexpected(bug);
    }
  }

  /** A downcall of ours throws only where a binding above is wrong. */
  private static IllegalStateException unexpected(Throwable bug) {
    return new IllegalStateException("a system call could not be made", bug);
  }
}
