package dev.argyle.server.dial;

import dev.argyle.server.dial.Concessions.Concession;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.SharedCounters;
import io.netty.channel.AddressedEnvelope;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsNameResolverChannelStrategy;
import io.netty.resolver.dns.NoopAuthoritativeDnsServerCache;
import io.netty.resolver.dns.NoopDnsCache;
import io.netty.resolver.dns.NoopDnsCnameCache;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks name servers through Netty's resolver, of which only single queries are used: it makes
 * random query ids, opens a socket (and so a port) for each query, matches answers to queries, and
 * repeats a query by TCP when the answer is truncated. Which server is asked, how often, and what
 * an answer means is decided in {@link Inquiry}, since Netty does not give the SOA record that
 * limits negative answers.
 *
 * <p>Belongs to its loop. Netty's DNS classes are loaded at the first question, on a virtual
 * thread.
 */
final class DnsNameServers implements NameServers {

  /** Octets of an answer by UDP, below any fragmentation (DNS Flag Day 2020); else by TCP. */
  private static final int MAX_DATAGRAM_OCTETS = 1232;

  /** See {@link #suspiciousNanos}: longer than a server that works takes for most names. */
  private static final long SUSPICIOUS_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final Question WARM_UP = new Question("warm-up.invalid", Family.IPV4);
  private static final Logger LOG = LoggerFactory.getLogger(DnsNameServers.class);

  /** What Netty's resolvers differ in is fixed when they are made. */
  private record Netty(DnsNameResolver edns, DnsNameResolver plain, MixedCase spelling) {}

  private final EventLoop home;
  private final Supplier<List<InetSocketAddress>> servers;
  private final Duration timeout;
  private final Duration questionTimeout;
  private final ChannelFactory<? extends DatagramChannel> datagrams;
  private final ChannelFactory<? extends SocketChannel> streams;
  private final LongSupplier clockNanos;
  private final SharedCounters counters;
  private final Silence silence;
  private final Concessions concessions;

  private final List<Inquiry> beforeReady = new ArrayList<>(); // bounded by who asks us
  private boolean preparing;
  private @Nullable Netty netty;
  private @Nullable DatagramChannel opened; // of the query that is being sent
  private int preferred; // the server that answered last

  /**
   * @param servers at least one each time
   * @param timeout of one query to one server
   * @param questionTimeout of a question: all its queries
   */
  DnsNameServers(
      EventLoop home,
      Supplier<List<InetSocketAddress>> servers,
      Duration timeout,
      Duration questionTimeout,
      ChannelFactory<? extends DatagramChannel> datagrams,
      ChannelFactory<? extends SocketChannel> streams,
      LongSupplier clockNanos,
      SharedCounters counters) {
    this.home = home;
    this.servers = servers;
    this.timeout = timeout;
    this.questionTimeout = questionTimeout;
    this.datagrams = datagrams;
    this.streams = streams;
    this.clockNanos = clockNanos;
    this.counters = counters;
    this.silence = new Silence(this::probe, clockNanos);
    this.concessions = new Concessions(clockNanos);
  }

  @Override
  public Runnable ask(Question question, Consumer<Reply> reply) {
    return ask(question, servers.get(), preferred, reply);
  }

  private Runnable ask(
      Question question, List<InetSocketAddress> asked, int first, Consumer<Reply> reply) {
    Inquiry inquiry = new Inquiry(this, question, asked, first, reply);
    inquiry.guard(() -> begin(inquiry));
    return inquiry::cancel;
  }

  /** Asks a name server of our own, so that all that a query and its answer need is loaded. */
  @Override
  public CompletableFuture<Void> warmUp() {
    CompletableFuture<Void> over = new CompletableFuture<>();
    home.execute(
        () ->
            LoopbackNameServer.open(
                home,
                datagrams,
                server -> {
                  if (server == null) {
                    over.complete(null);
                    return;
                  }
                  ask(
                      WARM_UP,
                      List.of(server.localAddress()),
                      0,
                      reply -> {
                        LOG.debug("warmed up: {}", reply);
                        server.close();
                        over.complete(null);
                      });
                }));
    return over;
  }

  private void begin(Inquiry inquiry) {
    inquiry.begin();
    if (netty != null) {
      inquiry.send();
      return;
    }
    beforeReady.add(inquiry);
    if (!preparing) {
      preparing = true;
      Thread.ofVirtual().name("dns-start").start(this::prepare);
    }
  }

  /** On a virtual thread: Netty reads files and loads some hundred classes. */
  private void prepare() {
    Netty made;
    try {
      made = new Netty(build(true), build(false), new MixedCase());
    } catch (Throwable bug) {
      counters.increment(Counter.BUGS);
      LOG.error("a bug of Argyle: Netty's resolver does not start; the next name tries again", bug);
      made = null;
    }
    Netty ready = made;
    try {
      home.execute(() -> prepared(ready));
    } catch (RejectedExecutionException e) {
      LOG.debug("Netty's resolver was ready after its loop had ended");
    }
  }

  private void prepared(@Nullable Netty ready) {
    netty = ready;
    preparing = false;
    List<Inquiry> waiting = List.copyOf(beforeReady);
    beforeReady.clear();
    for (Inquiry inquiry : waiting) {
      if (ready == null) {
        inquiry.end(Inquiry.BUG);
      } else {
        inquiry.guard(inquiry::send);
      }
    }
  }

  private DnsNameResolver build(boolean edns) {
    return new DnsNameResolverBuilder(home)
        .datagramChannelFactory(this::takeOpened)
        .socketChannelFactory(streams)
        .datagramChannelStrategy(DnsNameResolverChannelStrategy.ChannelPerResolution)
        .nameServerProvider(new SingletonDnsServerAddressStreamProvider(servers.get().getFirst()))
        .queryTimeoutMillis(timeout.toMillis())
        .optResourceEnabled(edns)
        .maxPayloadSize(MAX_DATAGRAM_OCTETS)
        .resolveCache(NoopDnsCache.INSTANCE)
        .cnameCache(NoopDnsCnameCache.INSTANCE)
        .authoritativeDnsServerCache(NoopAuthoritativeDnsServerCache.INSTANCE)
        .searchDomains(List.of())
        .build();
  }

  private DatagramChannel takeOpened() {
    DatagramChannel channel = opened;
    if (channel == null) {
      throw new IllegalStateException("Netty sends a query of its own");
    }
    opened = null;
    return channel;
  }

  /** What single servers do not bear. */
  Concessions concessions() {
    return concessions;
  }

  /** How a name is spelt in a query to this server. */
  String spelling(InetSocketAddress server, String name) {
    return concessions.holds(server, Concession.IN_LOWER_CASE) ? name : ready().spelling().of(name);
  }

  private Netty ready() {
    if (netty == null) {
      throw new IllegalStateException("a query before there is a resolver");
    }
    return netty;
  }

  /**
   * Sends one query. Cancelling it closes its socket. It is cancelled if the server cannot be
   * reached, as far as the kernel tells.
   *
   * @param edns whether it says how long an answer by UDP may be (RFC 6891)
   * @return null: there is no descriptor
   */
  @Nullable Future<AddressedEnvelope<DnsResponse, InetSocketAddress>> query(
      InetSocketAddress server, DnsQuestion question, boolean edns) {
    Netty ready = ready();
    ConnectedQuery connected = new ConnectedQuery();
    try {
      // Opened here: Netty would log each query whose channel it cannot open.
      DatagramChannel channel = datagrams.newChannel();
      channel.pipeline().addLast(connected, new BareErrors()); // before Netty's own
      opened = channel;
    } catch (ChannelException noDescriptor) {
      return null;
    }
    Future<AddressedEnvelope<DnsResponse, InetSocketAddress>> sent =
        (edns ? ready.edns() : ready.plain()).query(server, question);
    connected.of(sent);
    return sent;
  }

  private void probe(InetSocketAddress server, Consumer<Boolean> answered) {
    Future<AddressedEnvelope<DnsResponse, InetSocketAddress>> query =
        query(server, new DefaultDnsQuestion(".", DnsRecordType.NS), true);
    if (query == null) {
      answered.accept(true);
      return;
    }
    query.addListener(
        (Future<AddressedEnvelope<DnsResponse, InetSocketAddress>> done) -> {
          if (done.isSuccess()) {
            done.getNow().release();
          }
          answered.accept(done.isSuccess());
        });
  }

  // What an inquiry needs.

  Future<?> atDeadline(Runnable task) {
    return home.schedule(task, questionTimeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** A server of those that were asked has answered, and is asked first from now on. */
  void answered(int server) {
    preferred = server;
    silence.broken();
  }

  void suspectSilence(List<InetSocketAddress> asked, long sinceNanos) {
    silence.suspected(asked, sinceNanos);
  }

  /** How long a question has to be without an answer to be suspicious. */
  long suspiciousNanos() {
    return Math.min(timeout.toNanos(), SUSPICIOUS_NANOS);
  }

  long nanoTime() {
    return clockNanos.getAsLong();
  }

  void countBug() {
    counters.increment(Counter.BUGS);
  }
}
