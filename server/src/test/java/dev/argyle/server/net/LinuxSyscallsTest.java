package dev.argyle.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each call against the real kernel, and the errors that can be had. */
@Tag("play")
class LinuxSyscallsTest {

  private static final int NO_DESCRIPTOR = -1;

  private final LinuxSyscalls calls = new LinuxSyscalls();
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment memory = arena.allocate(64 * 1024);

  @AfterEach
  void release() {
    arena.close();
  }

  private static InetAddress ip(String literal) {
    return InetAddress.ofLiteral(literal);
  }

  private int listening(InetAddress at) {
    int fd = calls.streamSocket(SocketAddresses.isIpv6(at));
    assertThat(fd).isNotNegative();
    assertThat(calls.bind(fd, at, 0)).isZero();
    assertThat(calls.listen(fd, 10)).isZero();
    return fd;
  }

  private InetSocketAddress local(int fd) {
    InetSocketAddress address = calls.localAddress(fd);
    assertThat(address).isNotNull();
    return java.util.Objects.requireNonNull(address);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void aConnectionIsMadeUsedAndEnded(String host) {
    InetAddress address = ip(host);
    int listener = listening(address);
    int port = local(listener).getPort();
    assertThat(local(listener).getAddress()).isEqualTo(address);
    assertThat(calls.accept(listener)).isEqualTo(-Errno.EAGAIN);

    int client = calls.streamSocket(SocketAddresses.isIpv6(address));
    assertThat(calls.connect(client, address, port)).isIn(0, -Errno.EINPROGRESS);
    int served = calls.accept(listener);
    assertThat(served).isNotNegative();
    assertThat(calls.acceptedPeer()).isEqualTo(local(client));

    long at = memory.address();
    assertThat(calls.recv(served, at, 10)).isEqualTo(-Errno.EAGAIN);
    memory.setString(0, "hello");
    assertThat(calls.send(client, at, 5)).isEqualTo(5);
    assertThat(calls.send(client, at, 0)).as("sending nothing is how a connect is asked").isZero();
    memory.fill((byte) 0);
    assertThat(calls.peek(served, at, 3)).isEqualTo(3);
    assertThat(calls.recv(served, at, 64)).isEqualTo(5);
    assertThat(memory.getString(0)).isEqualTo("hello");

    assertThat(calls.shutdownOutput(client)).isZero();
    assertThat(calls.recv(served, at, 10)).isZero();
    assertThat(calls.option(client, SocketOption.SOL_SOCKET, SocketOption.SO_ERROR)).isZero();
    assertThat(calls.resetOnClose(served)).isZero();
    assertThat(calls.close(served)).isZero();
    assertThat(calls.recv(client, at, 10)).isEqualTo(-Errno.ECONNRESET);
    assertThat(calls.send(client, at, 1)).isEqualTo(-Errno.EPIPE);
    assertThat(calls.close(client)).isZero();
    assertThat(calls.close(listener)).isZero();
  }

  @Test
  void octetsGoThroughAPipeAndAFullOneSaysSo() {
    int[] ends = new int[2];
    assertThat(calls.pipe(ends)).isZero();
    assertThat(calls.pipeCapacity(ends[1], 8192)).isEqualTo(8192);
    long at = memory.address();
    assertThat(calls.write(ends[1], at, 64 * 1024)).isEqualTo(8192);
    assertThat(calls.write(ends[1], at, 1)).isEqualTo(-Errno.EAGAIN);
    int[] others = new int[2];
    assertThat(calls.pipe(others)).isZero();
    assertThat(calls.splice(ends[0], others[1], 5000)).isPositive();
    assertThat(calls.splice(others[1], ends[0], 1)).as("the wrong ends").isEqualTo(-Errno.EBADF);
    for (int fd : new int[] {ends[0], ends[1], others[0], others[1]}) {
      assertThat(calls.close(fd)).isZero();
    }
  }

  @Test
  void anEmptySocketIsNotSplicedFrom() {
    int listener = listening(ip("127.0.0.1"));
    int client = calls.streamSocket(false);
    calls.connect(client, ip("127.0.0.1"), local(listener).getPort());
    int[] ends = new int[2];
    calls.pipe(ends);
    assertThat(calls.splice(client, ends[1], 100)).isEqualTo(-Errno.EAGAIN);
    assertThat(calls.splice(client, listener, 100)).as("no pipe").isEqualTo(-Errno.EINVAL);
    for (int fd : new int[] {listener, client, ends[0], ends[1]}) {
      calls.close(fd);
    }
  }

  @Test
  void whatIsNoDescriptorSaysSoAndNothingThrows() {
    long at = memory.address();
    InetAddress loopback = ip("127.0.0.1");
    assertThat(
            new long[] {
              calls.bind(NO_DESCRIPTOR, loopback, 0),
              calls.listen(NO_DESCRIPTOR, 1),
              calls.accept(NO_DESCRIPTOR),
              calls.connect(NO_DESCRIPTOR, loopback, 1),
              calls.recv(NO_DESCRIPTOR, at, 1),
              calls.peek(NO_DESCRIPTOR, at, 1),
              calls.send(NO_DESCRIPTOR, at, 1),
              calls.splice(NO_DESCRIPTOR, NO_DESCRIPTOR, 1),
              calls.pipeCapacity(NO_DESCRIPTOR, 4096),
              calls.write(NO_DESCRIPTOR, at, 1),
              calls.shutdownOutput(NO_DESCRIPTOR),
              calls.setOption(NO_DESCRIPTOR, 1, 2, 1),
              calls.option(NO_DESCRIPTOR, 1, 4),
              calls.resetOnClose(NO_DESCRIPTOR),
              calls.close(NO_DESCRIPTOR)
            })
        .containsOnly(-Errno.EBADF);
    assertThat(calls.localAddress(NO_DESCRIPTOR)).isNull();
  }

  @Test
  void theErrorsOfBindAndConnectAreToldApart() {
    int listener = listening(ip("127.0.0.1"));
    int port = local(listener).getPort();
    int other = calls.streamSocket(false);
    assertThat(calls.bind(other, ip("127.0.0.1"), port)).isEqualTo(-Errno.EADDRINUSE);
    assertThat(calls.bind(other, ip("192.0.2.1"), 0)).isEqualTo(-Errno.EADDRNOTAVAIL);
    assertThat(calls.send(other, memory.address(), 0)).as("not connected").isNegative();
    assertThat(calls.shutdownOutput(other)).isEqualTo(-Errno.ENOTCONN);
    calls.close(listener);
    int refused = calls.connect(other, ip("127.0.0.1"), port);
    assertThat(refused).isIn(-Errno.ECONNREFUSED, -Errno.EINPROGRESS);
    if (refused == -Errno.EINPROGRESS) {
      assertThat(calls.send(other, memory.address(), 0)).isEqualTo(-Errno.ECONNREFUSED);
    }
    calls.close(other);
  }

  @Test
  void aMappedPeerIsAnIpv4Address() {
    try (Arena own = Arena.ofConfined()) {
      SocketAddresses addresses = new SocketAddresses(own);
      assertThat(addresses.write(ip("192.0.2.1"), 65535)).isEqualTo(16);
      assertThat(addresses.read()).isEqualTo(new InetSocketAddress("192.0.2.1", 65535));
      assertThat(addresses.write(ip("2001:db8::1"), 1)).isEqualTo(28);
      assertThat(addresses.read()).isEqualTo(new InetSocketAddress("2001:db8::1", 1));
      MemorySegment raw = MemorySegment.ofAddress(addresses.pointer()).reinterpret(28);
      raw.fill((byte) 0);
      raw.set(ValueLayout.JAVA_SHORT, 0, (short) SocketAddresses.AF_INET6);
      raw.set(ValueLayout.JAVA_BYTE, 18, (byte) 0xFF);
      raw.set(ValueLayout.JAVA_BYTE, 19, (byte) 0xFF);
      raw.set(ValueLayout.JAVA_BYTE, 20, (byte) 127);
      raw.set(ValueLayout.JAVA_BYTE, 23, (byte) 1);
      assertThat(addresses.read().getAddress()).isEqualTo(ip("127.0.0.1"));
    }
  }
}
