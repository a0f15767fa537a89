package dev.argyle.server.dial;

import dev.argyle.server.dial.NameResolver.Failed;
import dev.argyle.server.net.Supervised;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.SharedCounters;
import io.netty.channel.AddressedEnvelope;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsNameResolverChannelStrategy;
import io.netty.resolver.dns.DnsNameResolverTimeoutException;
import io.netty.resolver.dns.NoopAuthoritativeDnsServerCache;
import io.netty.resolver.dns.NoopDnsCache;
import io.netty.resolver.dns.NoopDnsCnameCache;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks name servers through Netty's resolver, of which only single queries are used: it makes
 * random query ids, opens a socket (and so a port) for each query, matches answers to queries, and
 * repeats a query by TCP when the answer is truncated. Which server is asked, how often, and what
 * an answer means is decided here, since Netty does not give the SOA record that limits negative
 * answers.
 *
 * <p>Belongs to its loop. Netty's DNS classes are loaded at the first question, on a virtual
 * thread.
 */
final class DnsNameServers implements NameServers {

  /** Queries for one question, even if there is a single server: datagrams get lost. */
  static final int MIN_TRIES = 2;

  /** Octets of an answer by UDP, below any fragmentation (DNS Flag Day 2020); else by TCP. */
  private static final int MAX_DATAGRAM_OCTETS = 1232;

  /** How long a failure is cached (RFC 9520, section 3.2: at least a second). */
  private static final long FAILURE_SECONDS = 1;

  private static final Failure SILENCE =
      new Failure(DialFailure.TIMED_OUT, "no name server answered");
  private static final Failure BUG =
      new Failure(DialFailure.GENERAL, "a bug of Argyle, which is in its log");

  private static final Logger LOG = LoggerFactory.getLogger(DnsNameServers.class);

  private final EventLoop home;
  private final Supplier<List<InetSocketAddress>> servers;
  private final Duration timeout;
  private final ChannelFactory<? extends DatagramChannel> datagrams;
  private final ChannelFactory<? extends SocketChannel> streams;
  private final SharedCounters counters;

  private final List<Inquiry> beforeReady = new ArrayList<>(); // bounded by who asks us
  private boolean preparing;
  private @Nullable DnsNameResolver netty;
  private @Nullable DatagramChannel opened; // of the query that is being sent
  private int preferred; // the server that answered last
  private boolean silent; // no server answers, which was logged

  /**
   * @param servers at least one each time
   * @param timeout of one query to one server
   */
  DnsNameServers(
      EventLoop home,
      Supplier<List<InetSocketAddress>> servers,
      Duration timeout,
      ChannelFactory<? extends DatagramChannel> datagrams,
      ChannelFactory<? extends SocketChannel> streams,
      SharedCounters counters) {
    this.home = home;
    this.servers = servers;
    this.timeout = timeout;
    this.datagrams = datagrams;
    this.streams = streams;
    this.counters = counters;
  }

  @Override
  public void ask(Question question, Consumer<Reply> reply) {
    Inquiry inquiry = new Inquiry(question, servers.get(), reply);
    if (netty != null) {
      DnsNameResolver ready = netty;
      inquiry.guard(() -> inquiry.send(ready));
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
    DnsNameResolver made;
    try {
      made = build();
    } catch (Throwable bug) {
      counters.increment(Counter.BUGS);
      LOG.error("a bug of Argyle: Netty's resolver does not start; the next name tries again", bug);
      made = null;
    }
    DnsNameResolver ready = made;
    try {
      home.execute(() -> prepared(ready));
    } catch (RejectedExecutionException e) {
      LOG.debug("Netty's resolver was ready after its loop had ended");
    }
  }

  private void prepared(@Nullable DnsNameResolver ready) {
    netty = ready;
    preparing = false;
    List<Inquiry> waiting = List.copyOf(beforeReady);
    beforeReady.clear();
    for (Inquiry inquiry : waiting) {
      if (ready == null) {
        inquiry.end(BUG);
      } else {
        inquiry.guard(() -> inquiry.send(ready));
      }
    }
  }

  private DnsNameResolver build() {
    return new DnsNameResolverBuilder(home)
        .datagramChannelFactory(this::takeOpened)
        .socketChannelFactory(streams)
        .datagramChannelStrategy(DnsNameResolverChannelStrategy.ChannelPerResolution)
        .nameServerProvider(new SingletonDnsServerAddressStreamProvider(servers.get().getFirst()))
        .queryTimeoutMillis(timeout.toMillis())
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

  private void serverAnswered(int server) {
    preferred = server;
    if (silent) {
      silent = false;
      LOG.info("name servers answer again");
    }
  }

  private void nobodyAnswered(List<InetSocketAddress> asked) {
    if (!silent) {
      silent = true;
      LOG.warn(
          "no name server answers ({}): names cannot be resolved until one does; see dns.servers in"
              + " the configuration, or /etc/resolv.conf",
          asked);
    }
  }

  /** One question on its way through servers and aliases. */
  private final class Inquiry implements Supervised {

    private final Family family;
    private final List<InetSocketAddress> asked;
    private final int maxTries;
    private final int first = preferred;
    private final Consumer<Reply> reply;
    private String name;
    private int tries;
    private int aliases;
    private long ttlSeconds = DnsReading.MAX_WIRE_TTL_SECONDS;
    private boolean anyAnswer;
    private Failure failure = SILENCE;

    Inquiry(Question question, List<InetSocketAddress> servers, Consumer<Reply> reply) {
      this.name = question.name();
      this.family = question.family();
      this.asked = servers;
      this.maxTries = Math.max(MIN_TRIES, servers.size());
      this.reply = reply;
    }

    void send(DnsNameResolver netty) {
      if (tries == maxTries) {
        if (!anyAnswer) {
          nobodyAnswered(asked);
        }
        end(failure);
        return;
      }
      int server = (first + tries++) % asked.size();
      try {
        // Opened here: Netty would log each query whose channel it cannot open.
        opened = datagrams.newChannel();
      } catch (ChannelException noDescriptor) {
        end(Failure.of(DialFailure.NO_RESOURCES));
        return;
      }
      netty
          .query(asked.get(server), new DefaultDnsQuestion(name + ".", DnsReading.type(family)))
          .addListener(
              (Future<AddressedEnvelope<DnsResponse, InetSocketAddress>> done) ->
                  guard(() -> queried(netty, server, done)));
    }

    private void queried(
        DnsNameResolver netty,
        int server,
        Future<AddressedEnvelope<DnsResponse, InetSocketAddress>> done) {
      if (done.isSuccess()) {
        serverAnswered(server);
        anyAnswer = true;
        read(netty, done.getNow());
      } else {
        unanswered(netty, done.cause());
      }
    }

    private void read(
        DnsNameResolver netty, AddressedEnvelope<DnsResponse, InetSocketAddress> envelope) {
      DnsReading reading;
      try {
        reading = DnsReading.read(envelope.content(), name, family, aliases, ttlSeconds);
      } finally {
        envelope.release();
      }
      switch (reading) {
        case DnsReading.Answered(Reply answer) -> reply.accept(answer);
        case DnsReading.AliasOf(String target, int followed, long seconds) -> {
          name = target;
          aliases = followed;
          ttlSeconds = seconds;
          tries = 0; // another name; the number of aliases is bounded
          send(netty);
        }
        case DnsReading.ServerFailed(String why) -> {
          LOG.debug("a name server failed: {}", why);
          failure = new Failure(DialFailure.NAME_SERVER_FAILED, "name server failure: " + why);
          send(netty);
        }
      }
    }

    private void unanswered(DnsNameResolver netty, Throwable cause) {
      if (!(cause instanceof DnsNameResolverTimeoutException)) {
        LOG.debug("a name server could not be asked", cause);
        failure = Failure.of(DialFailure.NAME_SERVER_FAILED);
      }
      send(netty);
    }

    @Override
    public void onBug(Throwable bug) {
      counters.increment(Counter.BUGS);
      LOG.error("a bug of Argyle: the question about {} fails", name, bug);
      end(BUG);
    }

    private void end(Failure why) {
      boolean ours = why.why() == DialFailure.NO_RESOURCES;
      reply.accept(new Reply(new Failed(why), ours ? 0 : FAILURE_SECONDS));
    }
  }
}
