package dev.argyle.server.manage.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.argyle.server.control.ManagedServer;
import dev.argyle.server.manage.mass.MassConversation;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A door that is asked to listen at 0.0.0.0 is open to IPv4 and to nothing else. */
@Tag("play")
class DoorFamilyTest {

  private static final InetAddress LOOPBACK_6 = InetAddress.ofLiteral("::1");

  @TempDir Path data;
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private ManagedServer server;
  private DoorServices services;

  @BeforeEach
  void start() throws Exception {
    server = new ManagedServer(data);
    services = server.doorServices(loops);
    boolean ipv6 = true;
    try (ServerSocket probe = new ServerSocket(0, 1, LOOPBACK_6)) {
      assertThat(probe.isBound()).isTrue();
    } catch (java.io.IOException none) {
      ipv6 = false;
    }
    assumeTrue(ipv6, "this system has no IPv6");
  }

  @AfterEach
  void stop() {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    server.close();
  }

  @ChannelHandler.Sharable
  private static final class Ignoring extends ChannelInboundHandlerAdapter {}

  private DoorListener tcp(String host) throws Exception {
    return DoorListener.tcp(
        services, host, 0, MassConversation.over(services, ByteOrder.BIG_ENDIAN));
  }

  private static void connects(InetAddress address, int port) throws Exception {
    try (Socket client = new Socket()) {
      client.connect(new InetSocketAddress(address, port), 10_000);
    }
  }

  @Test
  void tcpDoorOnIpv4RefusesIpv6() throws Exception {
    try (DoorListener door = tcp("0.0.0.0")) {
      int port = door.local().getPort();
      connects(InetAddress.ofLiteral("127.0.0.1"), port);
      assertThatThrownBy(() -> connects(LOOPBACK_6, port)).isInstanceOf(ConnectException.class);
    }
  }

  @Test
  void tcpDoorOnEveryAddressTakesBoth() throws Exception {
    try (DoorListener door = tcp("::")) {
      int port = door.local().getPort();
      assertThatCode(() -> connects(LOOPBACK_6, port)).doesNotThrowAnyException();
      connects(InetAddress.ofLiteral("127.0.0.1"), port);
    }
  }

  @Test
  void udpDoorOnIpv4RefusesIpv6() throws Exception {
    try (DoorListener door = DoorListener.udp(services, "0.0.0.0", 0, 64, new Ignoring());
        DatagramSocket client = new DatagramSocket()) {
      client.setSoTimeout(10_000);
      client.connect(LOOPBACK_6, door.local().getPort());
      client.send(new DatagramPacket(new byte[1], 1));
      assertThatThrownBy(() -> client.receive(new DatagramPacket(new byte[1], 1)))
          .isInstanceOf(PortUnreachableException.class);
    }
  }
}
