package dev.argyle.server.manage.door;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The part of a listener that stands for a socket of IPv4 where Java has none, as for SCTP. */
@Tag("unit")
class AcceptingTest {

  private static final class Conversing extends ChannelInboundHandlerAdapter {}

  private static EmbeddedChannel accepted(String listening, String peer) {
    SocketAddress remote = new InetSocketAddress(InetAddress.ofLiteral(peer), 40_000);
    return new EmbeddedChannel(DoorListener.accepting(listening, Conversing::new)) {
      @Override
      protected SocketAddress remoteAddress0() {
        return remote;
      }
    };
  }

  @ParameterizedTest
  @CsvSource({"0.0.0.0,::1", "0.0.0.0,2001:db8::7", "127.0.0.1,::1"})
  void whoComesByIpv6WhereIpv4IsListenedForIsClosedBeforeAWord(String listening, String peer) {
    EmbeddedChannel channel = accepted(listening, peer);
    assertThat(channel.isOpen()).isFalse();
    assertThat(channel.pipeline().get(Conversing.class)).isNull();
  }

  @ParameterizedTest
  @CsvSource({"0.0.0.0,192.0.2.7", "::,192.0.2.7", "::,2001:db8::7", "::1,::1"})
  void whoComesByWhatIsListenedForHasAConversation(String listening, String peer) {
    EmbeddedChannel channel = accepted(listening, peer);
    assertThat(channel.isOpen()).isTrue();
    assertThat(channel.pipeline().get(Conversing.class)).isNotNull();
  }
}
