package dev.argyle.server.manage.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Datagrams at the wildcard address. */
@Tag("play")
@Timeout(60)
class AddressSocketsTest {

  private static final InetAddress ONE = InetAddress.ofLiteral("127.0.0.1");
  private static final InetAddress TWO = InetAddress.ofLiteral("127.0.0.2");
  private static final InetAddress CLIENT = InetAddress.ofLiteral("127.0.0.9");
  private static final InetSocketAddress ANY = new InetSocketAddress("0.0.0.0", 0);

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Set<InetAddress> here = ConcurrentHashMap.newKeySet();

  @ChannelHandler.Sharable
  private static final class Echo
      extends SimpleChannelInboundHandler<io.netty.channel.socket.DatagramPacket> {
    @Override
    protected void channelRead0(
        ChannelHandlerContext context, io.netty.channel.socket.DatagramPacket datagram) {
      context.writeAndFlush(
          new io.netty.channel.socket.DatagramPacket(
              datagram.content().retain(), datagram.sender()));
    }
  }

  @AfterEach
  void stop() {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
  }

  private AddressSockets open(InetSocketAddress wildcard) throws IOException {
    Echo echo = new Echo();
    return AddressSockets.open(
        address ->
            new Bootstrap()
                .group(loops)
                .channelFactory(() -> new NioDatagramChannel(SocketProtocolFamily.INET))
                .handler(echo),
        loops,
        wildcard,
        () -> new LinkedHashSet<>(here));
  }

  /** Connected, so it takes an answer from that address alone. */
  private static DatagramSocket ask(InetAddress address, int port) throws IOException {
    DatagramSocket client = new DatagramSocket(new InetSocketAddress(CLIENT, 0));
    client.setSoTimeout(10_000);
    client.connect(address, port);
    client.send(new DatagramPacket(new byte[] {7}, 1));
    return client;
  }

  private static void answers(InetAddress address, int port) throws IOException {
    try (DatagramSocket client = ask(address, port)) {
      DatagramPacket answer = new DatagramPacket(new byte[2], 2);
      client.receive(answer);
      assertThat(answer.getLength()).isOne();
    }
  }

  @Test
  void anAnswerLeavesByTheAddressThatWasAsked() throws Exception {
    here.addAll(Set.of(ONE, TWO));
    try (AddressSockets sockets = open(ANY)) {
      assertThat(sockets.local().getAddress()).isEqualTo(ANY.getAddress());
      answers(ONE, sockets.local().getPort());
      answers(TWO, sockets.local().getPort());
    }
  }

  @Test
  void anAddressThatComesIsListenedAtAndOneThatGoesIsNot() throws Exception {
    here.add(ONE);
    try (AddressSockets sockets = open(ANY)) {
      int port = sockets.local().getPort();
      here.add(TWO);
      here.remove(ONE);
      loops.submit(sockets::follow).sync();
      loops.submit(() -> {}).sync(); // what follow() began is done
      answers(TWO, port);
      try (DatagramSocket client = ask(ONE, port)) {
        assertThatThrownBy(() -> client.receive(new DatagramPacket(new byte[1], 1)))
            .isInstanceOf(PortUnreachableException.class);
      }
    }
  }

  @Test
  void aPortThatIsTakenAtOneAddressIsAnErrorAndLeavesNothingOpen() throws Exception {
    here.addAll(Set.of(ONE, TWO));
    try (DatagramSocket other = new DatagramSocket(new InetSocketAddress(TWO, 0))) {
      int port = other.getLocalPort();
      assertThatThrownBy(() -> open(new InetSocketAddress("0.0.0.0", port)).close())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("in use");
      await().untilAsserted(() -> new DatagramSocket(new InetSocketAddress(ONE, port)).close());
    }
  }

  /** It was written 2001:db8:0:0:0:0:0:1. */
  @Test
  void anAddressIsWrittenAsEverywhereElse() {
    here.add(InetAddress.ofLiteral("2001:db8::1")); // of RFC 3849: nobody's
    assertThatThrownBy(() -> open(new InetSocketAddress("::", 0)).close())
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("2001:db8::1 port 0: ");
  }

  @Test
  void moreAddressesThanSocketsMayBeOpenedAreRefusedInWords() throws Exception {
    for (int i = 0; i <= AddressSockets.MAX_ADDRESSES; i++) {
      here.add(InetAddress.getByAddress(new byte[] {127, 1, (byte) (i >> 6), (byte) (1 + i % 64)}));
    }
    assertThatThrownBy(() -> open(ANY).close())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("257 addresses");
    here.remove(InetAddress.ofLiteral("127.1.0.1"));
    open(ANY).close();
  }
}
