package dev.argyle.server.dial;

import static dev.argyle.server.dial.DnsServerForTests.address;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.argyle.server.dial.NameResolver.Addresses;
import dev.argyle.server.dial.NameResolver.Failed;
import dev.argyle.server.dial.NameServers.Reply;
import dev.argyle.server.telemetry.Counters;
import io.netty.channel.ChannelException;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.dns.DnsSection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.slf4j.LoggerFactory;

/** Real queries to servers on loopback that follow a script. */
abstract class NameServersCase {

  static final DnsServerForTests.Script SILENT = (question, response, tcp) -> false;
  static final DnsServerForTests.Script ONE =
      (question, response, tcp) -> {
        response.addRecord(DnsSection.ANSWER, address(question.name(), "192.0.2.1", 60));
        return true;
      };

  final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  final List<DnsServerForTests> servers = new ArrayList<>();
  final ListAppender<ILoggingEvent> log = new ListAppender<>();
  final Logger logger = (Logger) LoggerFactory.getLogger("dev.argyle.server.dial");
  final Counters counters = new Counters();
  final List<NioDatagramChannel> opened = new CopyOnWriteArrayList<>();
  volatile boolean noDescriptors;
  volatile boolean bug;
  volatile long laterNanos;

  @BeforeEach
  void listen() {
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void stop() {
    logger.detachAppender(log);
    servers.forEach(DnsServerForTests::close);
    group.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
  }

  DnsNameServers asking(long timeoutMillis, DnsServerForTests.Script... scripts) {
    return asking(timeoutMillis, 30_000, scripts);
  }

  DnsNameServers asking(
      long timeoutMillis, long questionMillis, DnsServerForTests.Script... scripts) {
    for (DnsServerForTests.Script script : scripts) {
      servers.add(new DnsServerForTests(group, script));
    }
    List<InetSocketAddress> addresses = servers.stream().map(DnsServerForTests::address).toList();
    return new DnsNameServers(
        group.next(),
        () -> addresses,
        Duration.ofMillis(timeoutMillis),
        Duration.ofMillis(questionMillis),
        this::datagrams,
        NioSocketChannel::new,
        () -> System.nanoTime() + laterNanos,
        counters.shared());
  }

  NioDatagramChannel datagrams() {
    if (bug) {
      throw new LinkageError("a bug");
    }
    if (noDescriptors) {
      throw new ChannelException("Too many open files");
    }
    NioDatagramChannel channel = new NioDatagramChannel();
    opened.add(channel);
    return channel;
  }

  CompletableFuture<Reply> start(DnsNameServers asked, String name, Family family) {
    CompletableFuture<Reply> reply = new CompletableFuture<>();
    group
        .next()
        .execute(
            () -> {
              try {
                asked.ask(new Question(name, family), reply::complete);
              } catch (Throwable bug) {
                reply.completeExceptionally(bug);
              }
            });
    return reply;
  }

  Reply ask(DnsNameServers asked, String name, Family family) throws Exception {
    return start(asked, name, family).get(30, TimeUnit.SECONDS);
  }

  static Reply failed(DialFailure why, String detail) {
    return new Reply(new Failed(new Failure(why, detail)), 1);
  }

  static Reply addresses(long ttl, String... literals) {
    List<InetAddress> addresses = Arrays.stream(literals).map(Literals::ip).toList();
    return new Reply(new Addresses(addresses), ttl);
  }

  List<String> warnings() {
    return messages(Level.WARN);
  }

  List<String> messages(Level level) {
    return List.copyOf(log.list).stream()
        .filter(event -> event.getLevel() == level)
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }
}
