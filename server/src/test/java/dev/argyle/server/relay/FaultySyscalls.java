package dev.argyle.server.relay;

import dev.argyle.server.net.LinuxSyscalls;
import dev.argyle.server.net.Syscalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The real calls, of which the n-th fails or is cut short; and the pipes that were made. Belongs to
 * one loop.
 */
final class FaultySyscalls implements Syscalls {

  /** What is done to the chosen call: the negated errno to answer, or 0 for one octet at most. */
  record Fault(int call, int errno) {
    static final Fault NONE = new Fault(0, 0);
  }

  final Set<String> pipes = new HashSet<>();
  int calls;
  int received; // calls of recv
  int spliced; // calls of splice
  @Nullable String struck;
  Runnable whenStruck = () -> {};
  int pipeOctets = -1; // what a pipe holds; 0: there are none; -1: as asked
  private final Syscalls real = new LinuxSyscalls();
  private final Fault fault;

  FaultySyscalls(Fault fault) {
    this.fault = fault;
  }

  /** Whether this call is the chosen one. */
  private boolean strikes(String name) {
    if (++calls != fault.call()) {
      return false;
    }
    struck = name;
    whenStruck.run();
    return true;
  }

  private boolean isShort() {
    return fault.errno() == 0;
  }

  @Override
  public int streamSocket(boolean ipv6) {
    return real.streamSocket(ipv6);
  }

  @Override
  public int bind(int fd, InetAddress address, int port) {
    return real.bind(fd, address, port);
  }

  @Override
  public int bindToDevice(int fd, String name) {
    return real.bindToDevice(fd, name);
  }

  @Override
  public int listen(int fd, int backlog) {
    return real.listen(fd, backlog);
  }

  @Override
  public int accept(int fd) {
    return real.accept(fd);
  }

  @Override
  public int duplicate(int fd) {
    return real.duplicate(fd);
  }

  @Override
  public InetSocketAddress acceptedPeer() {
    return real.acceptedPeer();
  }

  @Override
  public int connect(int fd, InetAddress address, int port) {
    return real.connect(fd, address, port);
  }

  @Override
  public @Nullable InetSocketAddress localAddress(int fd) {
    return real.localAddress(fd);
  }

  @Override
  public int recv(int fd, long address, int length) {
    received++;
    if (strikes("recv")) {
      return isShort() ? real.recv(fd, address, Math.min(1, length)) : -fault.errno();
    }
    return real.recv(fd, address, length);
  }

  @Override
  public int peek(int fd, long address, int length) {
    if (strikes("peek")) {
      return isShort() ? real.peek(fd, address, Math.min(1, length)) : -fault.errno();
    }
    return real.peek(fd, address, length);
  }

  @Override
  public int send(int fd, long address, int length) {
    if (strikes("send")) {
      return isShort() ? real.send(fd, address, Math.min(1, length)) : -fault.errno();
    }
    return real.send(fd, address, length);
  }

  @Override
  public long splice(int from, int to, long length) {
    spliced++;
    if (strikes("splice")) {
      return isShort() ? real.splice(from, to, Math.min(1, length)) : -fault.errno();
    }
    return real.splice(from, to, length);
  }

  @Override
  public int pipe(int[] ends) {
    if (pipeOctets == 0) {
      return -24;
    }
    if (strikes("pipe") && !isShort()) {
      return -fault.errno();
    }
    int answer = real.pipe(ends);
    try {
      pipes.add(Descriptors.identity(ends[0]));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return answer;
  }

  @Override
  public int pipeCapacity(int fd, int octets) {
    if (pipeOctets > 0 && octets > pipeOctets) {
      real.pipeCapacity(fd, pipeOctets);
      return -1; // EPERM: the user's pipe pages are used up
    }
    if (strikes("pipeCapacity")) {
      return isShort() ? real.pipeCapacity(fd, 1) : -fault.errno();
    }
    return real.pipeCapacity(fd, octets);
  }

  @Override
  public int write(int fd, long address, int length) {
    if (strikes("write")) {
      return isShort() ? real.write(fd, address, Math.min(1, length)) : -fault.errno();
    }
    return real.write(fd, address, length);
  }

  @Override
  public int shutdownOutput(int fd) {
    return strikes("shutdown") && !isShort() ? -fault.errno() : real.shutdownOutput(fd);
  }

  @Override
  public int setOption(int fd, int level, int name, int value) {
    return real.setOption(fd, level, name, value);
  }

  @Override
  public int option(int fd, int level, int name) {
    return strikes("getsockopt") && !isShort() ? -fault.errno() : real.option(fd, level, name);
  }

  @Override
  public int resetOnClose(int fd) {
    return strikes("linger") && !isShort() ? -fault.errno() : real.resetOnClose(fd);
  }

  @Override
  public int close(int fd) {
    return real.close(fd);
  }
}
