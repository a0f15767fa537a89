package dev.argyle.server.net;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
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
 * The calls, bound to the C library. Belongs to one event loop.
 *
 * <p>All have one shape, six 64-bit integers, for each shape costs a start some 15 ms: the JDK
 * generates, loads and links a class for it. On x86-64, aarch64 and riscv64 Linux, a pointer and an
 * integer of any size are passed in the same register, a variadic function (fcntl) takes an integer
 * like any other, and a function does not look at registers beyond its own arguments. Nor is an
 * object made for a call.
 */
public final class LinuxSyscalls implements Syscalls {

  private static final int SOCK_STREAM_NONBLOCK_CLOEXEC = 1 | 0x800 | 0x80000;
  private static final int O_NONBLOCK_CLOEXEC = 0x800 | 0x80000;
  private static final int MSG_PEEK = 2;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int SPLICE_F_MOVE_NONBLOCK = 1 | 2;
  private static final int F_SETPIPE_SZ = 1031;
  private static final int F_SETFD = 2;
  private static final int F_GETFL = 3;
  private static final int F_SETFL = 4;
  private static final int F_DUPFD_CLOEXEC = 1030;
  private static final int FD_CLOEXEC = 1;
  private static final int O_NONBLOCK = 0x800;
  private static final int SHUT_WR = 1;

  private static final FunctionDescriptor SHAPE =
      FunctionDescriptor.of(
          JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

  static final MemoryLayout CAPTURED = Linker.Option.captureStateLayout();
  static final long ERRNO_OFFSET = offset("errno");

  private static final MethodHandle SOCKET = bound("socket");
  private static final MethodHandle BIND = bound("bind");
  private static final MethodHandle LISTEN = bound("listen");
  private static final MethodHandle ACCEPT4 = bound("accept4");
  private static final MethodHandle CONNECT = bound("connect");
  private static final MethodHandle GETSOCKNAME = bound("getsockname");
  private static final MethodHandle RECV = bound("recv");
  private static final MethodHandle SEND = bound("send");
  private static final MethodHandle SPLICE = bound("splice");
  private static final MethodHandle PIPE2 = bound("pipe2");
  private static final MethodHandle FCNTL = bound("fcntl");
  private static final MethodHandle WRITE = bound("write");
  private static final MethodHandle SHUTDOWN = bound("shutdown");
  private static final MethodHandle SETSOCKOPT = bound("setsockopt");
  private static final MethodHandle GETSOCKOPT = bound("getsockopt");
  private static final MethodHandle CLOSE = bound("close");

  /** As {@link MemoryLayout#byteOffset}, which costs a start 15 ms. */
  private static long offset(String member) {
    long offset = 0;
    for (MemoryLayout each : Linker.Option.captureStateLayout().memberLayouts()) {
      if (each.name().filter(member::equals).isPresent()) {
        return offset;
      }
      offset += each.byteSize();
    }
    throw new IllegalStateException("no " + member);
  }

  private final Arena arena = Arena.ofAuto();
  private final MemorySegment captured = arena.allocate(CAPTURED);
  private final SocketAddresses addresses = new SocketAddresses(arena);
  private final MemorySegment value = arena.allocate(JAVA_LONG);
  private final MemorySegment valueLength = arena.allocate(JAVA_INT);
  private final MemorySegment device = arena.allocate(16); // IFNAMSIZ

  /** Whether this system has what {@link LinuxSyscalls} binds; false: use NIO. */
  public static boolean available() {
    return System.getProperty("os.name", "").equals("Linux")
        && System.getProperty("sun.arch.data.model", "64").equals("64");
  }

  /** Binds the functions, if that has not been done; some tens of milliseconds. */
  public static void prepare() {
    new LinuxSyscalls().close(-1);
  }

  /**
   * A function of the C library with this class's one shape: {@code (long, long, long, long, long,
   * long) -> long}, errno being kept in the first argument of the handle, a segment of {@link
   * #CAPTURED}. Arguments that the function does not have are 0; of a result that is an {@code int}
   * the upper half is undefined, so it is cast.
   */
  static MethodHandle bound(String name) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name), SHAPE, Linker.Option.captureCallState("errno"));
  }

  /**
   * Makes a call. The method is small enough (25 octets) for the JIT to inline it wherever it is
   * used, and a handle that is a constant there costs no more than a call in C.
   *
   * @param captured where errno is kept
   */
  static long call(
      MethodHandle function,
      MemorySegment captured,
      long first,
      long second,
      long third,
      long fourth,
      long fifth,
      long sixth) {
    try {
      return (long) function.invokeExact(captured, first, second, third, fourth, fifth, sixth);
    } catch (Throwable bug) {
      throw unexpected(bug);
    }
  }

  /** A downcall of ours throws only where a binding above is wrong. */
  private static IllegalStateException unexpected(Throwable bug) {
    return new IllegalStateException("a system call could not be made", bug);
  }

  /** The result of a function that answers an {@code int}, or its negated errno. */
  static int answer(int result, MemorySegment captured) {
    return result >= 0 ? result : -captured.get(JAVA_INT, ERRNO_OFFSET);
  }

  private int answer(long result) {
    return answer((int) result, captured);
  }

  @Override
  public int streamSocket(boolean ipv6) {
    int family = ipv6 ? SocketAddresses.AF_INET6 : SocketAddresses.AF_INET;
    return answer(call(SOCKET, captured, family, SOCK_STREAM_NONBLOCK_CLOEXEC, 0, 0, 0, 0));
  }

  @Override
  public int bind(int fd, InetAddress address, int port) {
    int length = addresses.write(address, port);
    return answer(call(BIND, captured, fd, addresses.pointer(), length, 0, 0, 0));
  }

  @Override
  public int listen(int fd, int backlog) {
    return answer(call(LISTEN, captured, fd, backlog, 0, 0, 0, 0));
  }

  @Override
  public int accept(int fd) {
    addresses.expect();
    long address = addresses.pointer();
    long length = addresses.lengthPointer();
    return answer(call(ACCEPT4, captured, fd, address, length, O_NONBLOCK_CLOEXEC, 0, 0));
  }

  @Override
  public int duplicate(int fd) {
    int flags = answer(call(FCNTL, captured, fd, F_GETFL, 0, 0, 0, 0));
    if (flags < 0) {
      return flags;
    }
    call(FCNTL, captured, fd, F_SETFL, flags | O_NONBLOCK, 0, 0, 0);
    call(FCNTL, captured, fd, F_SETFD, FD_CLOEXEC, 0, 0, 0);
    return answer(call(FCNTL, captured, fd, F_DUPFD_CLOEXEC, 0, 0, 0, 0));
  }

  @Override
  public InetSocketAddress acceptedPeer() {
    return addresses.read();
  }

  @Override
  public int connect(int fd, InetAddress address, int port) {
    int length = addresses.write(address, port);
    return answer(call(CONNECT, captured, fd, addresses.pointer(), length, 0, 0, 0));
  }

  @Override
  public @Nullable InetSocketAddress localAddress(int fd) {
    addresses.expect();
    long address = addresses.pointer();
    long length = addresses.lengthPointer();
    int result = answer(call(GETSOCKNAME, captured, fd, address, length, 0, 0, 0));
    return result == 0 ? addresses.read() : null;
  }

  @Override
  public int recv(int fd, long address, int length) {
    return answer(call(RECV, captured, fd, address, length, 0, 0, 0));
  }

  @Override
  public int peek(int fd, long address, int length) {
    return answer(call(RECV, captured, fd, address, length, MSG_PEEK, 0, 0));
  }

  @Override
  public int send(int fd, long address, int length) {
    return answer(call(SEND, captured, fd, address, length, MSG_NOSIGNAL, 0, 0));
  }

  @Override
  public long splice(int from, int to, long length) {
    long moved = call(SPLICE, captured, from, 0, to, 0, length, SPLICE_F_MOVE_NONBLOCK);
    return moved >= 0 ? moved : answer(moved);
  }

  @Override
  public int pipe(int[] ends) {
    int result = answer(call(PIPE2, captured, value.address(), O_NONBLOCK_CLOEXEC, 0, 0, 0, 0));
    if (result == 0) {
      ends[0] = value.get(JAVA_INT, 0);
      ends[1] = value.get(JAVA_INT, 4);
    }
    return result;
  }

  @Override
  public int pipeCapacity(int fd, int octets) {
    return answer(call(FCNTL, captured, fd, F_SETPIPE_SZ, octets, 0, 0, 0));
  }

  @Override
  public int write(int fd, long address, int length) {
    return answer(call(WRITE, captured, fd, address, length, 0, 0, 0));
  }

  @Override
  public int shutdownOutput(int fd) {
    return answer(call(SHUTDOWN, captured, fd, SHUT_WR, 0, 0, 0, 0));
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

  @Override
  public int bindToDevice(int fd, String name) {
    for (int i = 0; i < name.length(); i++) {
      device.set(JAVA_BYTE, i, (byte) name.charAt(i));
    }
    long pointer = device.address();
    int option = SocketOption.SO_BINDTODEVICE;
    return setOption(fd, SocketOption.SOL_SOCKET, option, pointer, name.length());
  }

  private int setOption(int fd, int level, int name, long pointer, int length) {
    return answer(call(SETSOCKOPT, captured, fd, level, name, pointer, length, 0));
  }

  @Override
  public int option(int fd, int level, int name) {
    valueLength.set(JAVA_INT, 0, 4);
    long to = value.address();
    int result = answer(call(GETSOCKOPT, captured, fd, level, name, to, valueLength.address(), 0));
    return result < 0 ? result : value.get(JAVA_INT, 0);
  }

  @Override
  public int close(int fd) {
    return answer(call(CLOSE, captured, fd, 0, 0, 0, 0, 0));
  }
}
