package dev.argyle.server.dial;

import dev.argyle.server.admission.Asker;
import dev.argyle.server.admission.TurnQueue;
import dev.argyle.server.config.Dns;
import dev.argyle.server.config.Endpoint;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.SharedCounters;
import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Resolves names as this machine does: {@code /etc/hosts} first, then the cache, then name servers,
 * both families in parallel. Search domains are never applied.
 *
 * <p>Known answers are told at once on the caller's loop. Name servers are asked on one loop, the
 * resolver's home, which alone writes the cache; {@link Questions} has the shares of who asks.
 */
public final class SystemResolver implements NameResolver {

  private static final Path RESOLVER_FILE = Path.of("/etc/resolv.conf");
  private static final Family[] FAMILIES = Family.values();
  private static final Answer STOPPED =
      new Failed(new Failure(DialFailure.NO_RESOURCES, "the resolver has stopped"));
  private static final Logger LOG = LoggerFactory.getLogger(SystemResolver.class);

  private final Supplier<HostsFile> hosts;
  private final EventExecutor home;
  private final AnswerCache cache;
  private final long maxTtlSeconds;
  private final long negativeTtlSeconds;
  private final SharedCounters counters;
  private final NameServers servers;
  private final TurnQueue turns;
  private final Questions questions; // home's

  SystemResolver(
      Dns settings,
      Supplier<HostsFile> hosts,
      EventExecutor home,
      NameServers servers,
      Timing timing,
      SharedCounters counters) {
    this.hosts = hosts;
    this.home = home;
    long maxAnswers = (long) settings.cacheEntries() * FAMILIES.length;
    this.cache = new AnswerCache((int) Math.min(maxAnswers, Integer.MAX_VALUE), timing::nanoTime);
    this.maxTtlSeconds = settings.maxTtl().toSeconds();
    this.negativeTtlSeconds = settings.negativeTtl().toSeconds();
    this.servers = servers;
    this.counters = counters;
    this.turns = new TurnQueue(settings.maxPerSource(), settings.maxQuestions());
    this.questions =
        new Questions(
            home,
            timing,
            servers,
            turns,
            settings.questionTimeout().toNanos(),
            this::keep,
            counters);
  }

  /**
   * Reads two files, opens nothing.
   *
   * @param home the loop that asks name servers; on epoll or NIO
   * @param counters any loop counts there
   */
  public static SystemResolver of(Dns settings, IoEventLoop home, SharedCounters counters) {
    return of(settings, home, counters, Path.of("/etc/hosts"), RESOLVER_FILE);
  }

  static SystemResolver of(
      Dns settings, IoEventLoop home, SharedCounters counters, Path hostsPath, Path resolverPath) {
    Executor reader = Thread::startVirtualThread;
    LongSupplier clock = Timing.SYSTEM::nanoTime;
    WatchedFile<HostsFile> hosts = new WatchedFile<>(hostsPath, HostsFile::parse, reader, clock);
    WatchedFile<List<InetSocketAddress>> resolver =
        new WatchedFile<>(resolverPath, ResolverFile::parse, reader, clock);
    List<InetSocketAddress> own = settings.servers().stream().map(SystemResolver::server).toList();
    boolean epoll = home.isCompatible(EpollIoHandle.class);
    NameServers servers =
        new DnsNameServers(
            home,
            own.isEmpty() ? resolver::contents : () -> own,
            settings.timeout(),
            settings.questionTimeout(),
            epoll ? EpollDatagramChannel::new : NioDatagramChannel::new,
            epoll ? EpollSocketChannel::new : NioSocketChannel::new,
            clock,
            counters);
    return new SystemResolver(settings, hosts::contents, home, servers, Timing.SYSTEM, counters);
  }

  /**
   * Loads what the first name would otherwise wait for (230 ms without an AOT cache). Asks nobody
   * outside of this machine.
   *
   * @return is done once it is over, whatever came of it
   */
  public Future<?> warmUp() {
    return servers.warmUp();
  }

  /** Questions to name servers without an answer, under way or waiting; any thread. */
  public int questions() {
    return questions.size();
  }

  /** The turns of those who ask. */
  public TurnQueue turns() {
    return turns;
  }

  /** Answers that are cached, of one family each; any thread. */
  public int cached() {
    return cache.size();
  }

  /**
   * The name servers that these settings mean: their own, or those of this system as they are now.
   */
  public static List<InetSocketAddress> servers(Dns settings) {
    if (!settings.servers().isEmpty()) {
      return settings.servers().stream().map(SystemResolver::server).toList();
    }
    return new WatchedFile<>(
            RESOLVER_FILE, ResolverFile::parse, Runnable::run, Timing.SYSTEM::nanoTime)
        .contents();
  }

  private static InetSocketAddress server(Endpoint endpoint) {
    if (HostName.of(endpoint.host()) instanceof HostName.Literal(InetAddress address)) {
      int port = endpoint.port() == 0 ? ResolverFile.DNS_PORT : endpoint.port();
      return ResolverFile.at(address, port);
    }
    throw new IllegalArgumentException("a name server is given by its address: " + endpoint);
  }

  @Override
  public Lookup resolve(EventExecutor loop, Asker asker, String host, Listener listener) {
    List<InetAddress> local = hosts.get().find(host);
    Waiter waiter = new Waiter(loop, asker, listener);
    for (Family family : FAMILIES) {
      Question question = new Question(host, family);
      Answer known = local.isEmpty() ? cached(question) : ofFamily(local, family);
      if (known != null) {
        waiter.tell(question, known);
      } else {
        askOnHome(question, waiter);
      }
    }
    return waiter;
  }

  private @Nullable Answer cached(Question question) {
    Answer known = cache.get(question);
    if (known != null) {
      counters.increment(Counter.DNS_CACHE_HITS);
    }
    return known;
  }

  private static Answer ofFamily(List<InetAddress> addresses, Family family) {
    List<InetAddress> some = addresses.stream().filter(a -> Family.of(a) == family).toList();
    return some.isEmpty() ? new NoAddresses() : new Addresses(some);
  }

  private void askOnHome(Question question, Waiter waiter) {
    waiter.asked.add(question);
    if (home.inEventLoop()) {
      ask(question, waiter);
      return;
    }
    try {
      home.execute(() -> ask(question, waiter));
    } catch (RejectedExecutionException e) {
      waiter.tell(question, STOPPED);
    }
  }

  /** On the home loop. */
  private void ask(Question question, Waiter waiter) {
    Answer known = cached(question); // it may have come before this task
    if (known != null) {
      waiter.answered(question, known);
    } else {
      questions.ask(question, waiter);
    }
  }

  /** On the home loop. */
  private void keep(Question question, NameServers.Reply reply) {
    Answer answer = reply.answer();
    cache.put(question, answer, Math.min(reply.ttlSeconds(), longest(answer)));
  }

  private long longest(Answer answer) {
    return switch (answer) {
      case Addresses _ -> maxTtlSeconds;
      case NoAddresses _, Failed _ -> negativeTtlSeconds;
    };
  }

  private void leaveOnHome(List<Question> asked, Waiter waiter) {
    Runnable leave = () -> asked.forEach(question -> questions.leave(question, waiter));
    if (home.inEventLoop()) {
      leave.run();
      return;
    }
    try {
      home.execute(leave); // behind what asks
    } catch (RejectedExecutionException e) {
      LOG.debug("a name is not waited for any more, and its loop has ended");
    }
  }

  /** A lookup that waits for answers. Belongs to its loop; the home loop reads what is final. */
  private final class Waiter implements Lookup, Questions.Waiter {

    private final EventExecutor loop;
    private final Asker asker;
    private final List<Question> asked = new ArrayList<>(FAMILIES.length); // without an answer
    private @Nullable Listener listener;

    Waiter(EventExecutor loop, Asker asker, Listener listener) {
      this.loop = loop;
      this.asker = asker;
      this.listener = listener;
    }

    @Override
    public Asker asker() {
      return asker;
    }

    void tell(Question question, Answer answer) {
      asked.remove(question);
      if (listener != null) {
        listener.answered(question.family(), answer);
      }
    }

    @Override
    public void answered(Question question, Answer answer) {
      if (loop.inEventLoop()) {
        tell(question, answer);
        return;
      }
      try {
        loop.execute(() -> tell(question, answer));
      } catch (RejectedExecutionException e) {
        LOG.debug("an answer for a loop that has ended");
      }
    }

    @Override
    public void cancel() {
      listener = null;
      if (!asked.isEmpty()) {
        List<Question> left = List.copyOf(asked);
        asked.clear();
        leaveOnHome(left, this);
      }
    }
  }
}
