package dev.argyle.server.dial;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsQueryDecoder;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseEncoder;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DefaultDnsResponse;
import io.netty.handler.codec.dns.DnsQuery;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.handler.codec.dns.TcpDnsQueryDecoder;
import io.netty.handler.codec.dns.TcpDnsResponseEncoder;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A name server on loopback, by UDP and TCP on one port, that answers what a script says. */
final class DnsServerForTests implements AutoCloseable {

  /** Fills in the response, or says false: it stays silent. */
  interface Script {
    boolean answer(DnsQuestion question, DnsResponse response, boolean tcp);
  }

  private static final int TRIES_FOR_A_PORT = 20;

  /** {@code udp A a.example.}, in order. */
  final List<String> asked = new CopyOnWriteArrayList<>();

  /** The names as they were spelt. */
  final List<String> spelt = new CopyOnWriteArrayList<>();

  /** Whether questions had an OPT record (EDNS), in order. */
  final List<Boolean> edns = new CopyOnWriteArrayList<>();

  /** The ports that questions came from by UDP. */
  final List<Integer> ports = new CopyOnWriteArrayList<>();

  private final Channel udp;
  private final Channel tcp;
  volatile Script script;

  DnsServerForTests(EventLoopGroup group, Script script) {
    this.script = script;
    Channel[] both = bind(group);
    udp = both[0];
    tcp = both[1];
  }

  private Channel[] bind(EventLoopGroup group) {
    for (int tries = 1; ; tries++) {
      Channel bound = bindUdp(group);
      try {
        return new Channel[] {bound, bindTcp(group, port(bound))};
      } catch (Exception e) { // the UDP port is somebody's TCP port
        bound.close().syncUninterruptibly();
        if (tries == TRIES_FOR_A_PORT) {
          throw e;
        }
      }
    }
  }

  private static int port(Channel channel) {
    return ((InetSocketAddress) channel.localAddress()).getPort();
  }

  InetSocketAddress address() {
    return (InetSocketAddress) udp.localAddress();
  }

  private Channel bindUdp(EventLoopGroup group) {
    return new Bootstrap()
        .group(group)
        .channel(NioDatagramChannel.class)
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                channel
                    .pipeline()
                    .addLast(
                        new DatagramDnsQueryDecoder(),
                        new DatagramDnsResponseEncoder(),
                        new Datagrams());
              }
            })
        .bind(InetAddress.getLoopbackAddress(), 0)
        .syncUninterruptibly()
        .channel();
  }

  private Channel bindTcp(EventLoopGroup group, int port) {
    return new ServerBootstrap()
        .group(group)
        .channel(NioServerSocketChannel.class)
        .childHandler(
            new ChannelInitializer<NioSocketChannel>() {
              @Override
              protected void initChannel(NioSocketChannel channel) {
                channel
                    .pipeline()
                    .addLast(new TcpDnsQueryDecoder(), new TcpDnsResponseEncoder(), new Streams());
              }
            })
        .bind(InetAddress.getLoopbackAddress(), port)
        .syncUninterruptibly()
        .channel();
  }

  private final class Datagrams extends SimpleChannelInboundHandler<DatagramDnsQuery> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, DatagramDnsQuery query) {
      ports.add(query.sender().getPort());
      answer(
          context,
          query,
          new DatagramDnsResponse(query.recipient(), query.sender(), query.id()),
          false);
    }
  }

  private final class Streams extends SimpleChannelInboundHandler<DnsQuery> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, DnsQuery query) {
      answer(context, query, new DefaultDnsResponse(query.id()), true);
    }
  }

  private void answer(
      ChannelHandlerContext context, DnsQuery query, DnsResponse response, boolean tcp) {
    DnsQuestion sent = query.recordAt(DnsSection.QUESTION);
    DnsQuestion question =
        new DefaultDnsQuestion(sent.name().toLowerCase(Locale.ROOT), sent.type());
    spelt.add(sent.name());
    edns.add(query.count(DnsSection.ADDITIONAL) > 0);
    asked.add((tcp ? "tcp " : "udp ") + question.type().name() + " " + question.name());
    response.addRecord(DnsSection.QUESTION, new DefaultDnsQuestion(sent.name(), sent.type()));
    if (script.answer(question, response, tcp)) {
      context.writeAndFlush(response);
    } else {
      response.release();
    }
  }

  static DnsRecord address(String owner, String literal, long ttl) {
    byte[] octets = Literals.ip(literal).getAddress();
    DnsRecordType type = octets.length == 4 ? DnsRecordType.A : DnsRecordType.AAAA;
    return new DefaultDnsRawRecord(owner, type, ttl, Unpooled.wrappedBuffer(octets));
  }

  static DnsRecord alias(String owner, String target, long ttl) {
    ByteBuf octets = Unpooled.buffer();
    for (String label : target.split("\\.")) {
      octets.writeByte(label.length());
      octets.writeCharSequence(label, StandardCharsets.ISO_8859_1);
    }
    octets.writeByte(0);
    return new DefaultDnsRawRecord(owner, DnsRecordType.CNAME, ttl, octets);
  }

  static DnsRecord soa(long ttl, int minimum) {
    ByteBuf octets = Unpooled.buffer();
    octets.writeByte(0).writeByte(0); // MNAME and RNAME: the root
    octets.writeInt(1).writeInt(2).writeInt(3).writeInt(4).writeInt(minimum);
    return new DefaultDnsRawRecord("example.", DnsRecordType.SOA, ttl, octets);
  }

  /**
   * Returns when the kernel has closed the ports. A closed channel keeps its descriptor until its
   * selector looks again: a query that comes before that is lost and nobody is told.
   */
  @Override
  public void close() {
    if (!udp.isOpen()) {
      return;
    }
    InetSocketAddress was = address();
    udp.close().syncUninterruptibly();
    tcp.close().syncUninterruptibly();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!isFree(was)) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(was + " is still open, 30 s after it was closed");
      }
      Thread.onSpinWait();
    }
  }

  private static boolean isFree(InetSocketAddress address) {
    try (DatagramSocket taken = new DatagramSocket(address)) {
      return taken.isBound();
    } catch (SocketException inUse) {
      return false;
    }
  }
}
