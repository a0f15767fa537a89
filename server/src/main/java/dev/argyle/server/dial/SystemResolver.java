package dev.argyle.server.dial;

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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
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
 * resolver's home, which alone writes the cache; identical questions are asked once.
 */
public final class SystemResolver implements NameResolver {

  /**
   * Questions under way; beyond it names fail with {@link DialFailure#NO_RESOURCES}. Each holds a
   * descriptor. The number of clients bounds how many wait for them.
   */
  static final int MAX_QUESTIONS = 256;

  private static final Family[] FAMILIES = Family.values();
  private static final Answer OVERLOADED =
      new Failed(
          new Failure(
              DialFailure.NO_RESOURCES,
              MAX_QUESTIONS + " questions to name servers are under way"));
  private static final Answer STOPPED =
      new Failed(new Failure(DialFailure.NO_RESOURCES, "the resolver has stopped"));
  private static final Logger LOG = LoggerFactory.getLogger(SystemResolver.class);

  private final Supplier<HostsFile> hosts;
  private final EventExecutor home;
  private final NameServers servers;
  private final AnswerCache cache;
  private final long maxTtlSeconds;
  private final long negativeTtlSeconds;
  private final SharedCounters counters;
  private final Map<Question, List<Waiter>> underWay = new HashMap<>(); // home's
  private boolean overloaded; // home's

  SystemResolver(
      Dns settings,
      Supplier<HostsFile> hosts,
      EventExecutor home,
      NameServers servers,
      LongSupplier clockNanos,
      SharedCounters counters) {
    this.hosts = hosts;
    this.home = home;
    this.servers = servers;
    long maxAnswers = (long) settings.cacheEntries() * FAMILIES.length;
    this.cache = new AnswerCache((int) Math.min(maxAnswers, Integer.MAX_VALUE), clockNanos);
    this.maxTtlSeconds = settings.maxTtl().toSeconds();
    this.negativeTtlSeconds = settings.negativeTtl().toSeconds();
    this.counters = counters;
  }

  /**
   * Reads two files, opens nothing.
   *
   * @param home the loop that asks name servers; on epoll or NIO
   * @param counters any loop counts there
   */
  public static SystemResolver of(Dns settings, IoEventLoop home, SharedCounters counters) {
    return of(settings, home, counters, Path.of("/etc/hosts"), Path.of("/etc/resolv.conf"));
  }

  static SystemResolver of(
      Dns settings, IoEventLoop home, SharedCounters counters, Path hostsPath, Path resolverPath) {
    Executor reader = Thread::startVirtualThread;
    LongSupplier clock = System::nanoTime;
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
            epoll ? EpollDatagramChannel::new : NioDatagramChannel::new,
            epoll ? EpollSocketChannel::new : NioSocketChannel::new,
            counters);
    return new SystemResolver(settings, hosts::contents, home, servers, clock, counters);
  }

  private static InetSocketAddress server(Endpoint endpoint) {
    if (HostName.of(endpoint.host()) instanceof HostName.Literal(InetAddress address)) {
      int port = endpoint.port() == 0 ? ResolverFile.DNS_PORT : endpoint.port();
      return new InetSocketAddress(address, port);
    }
    throw new IllegalArgumentException("a name server is given by its address: " + endpoint);
  }

  @Override
  public Lookup resolve(EventExecutor loop, String host, Listener listener) {
    List<InetAddress> local = hosts.get().find(host);
    Waiter waiter = new Waiter(loop, listener);
    for (Family family : FAMILIES) {
      Question question = new Question(host, family);
      Answer known = local.isEmpty() ? cached(question) : ofFamily(local, family);
      if (known != null) {
        waiter.tell(family, known);
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
    if (home.inEventLoop()) {
      ask(question, waiter);
      return;
    }
    try {
      home.execute(() -> ask(question, waiter));
    } catch (RejectedExecutionException e) {
      waiter.tell(question.family(), STOPPED);
    }
  }

  /** On the home loop, as everything below. */
  private void ask(Question question, Waiter waiter) {
    Answer known = cached(question); // it may have come before this task
    List<Waiter> others = underWay.get(question);
    if (known != null) {
      waiter.tellOnItsLoop(question.family(), known);
    } else if (others != null) {
      others.add(waiter);
    } else if (underWay.size() >= MAX_QUESTIONS) {
      sayOverloaded();
      waiter.tellOnItsLoop(question.family(), OVERLOADED);
    } else {
      List<Waiter> waiters = new ArrayList<>(1);
      waiters.add(waiter);
      underWay.put(question, waiters);
      counters.increment(Counter.DNS_QUESTIONS);
      servers.ask(question, reply -> replied(question, reply));
    }
  }

  private void replied(Question question, NameServers.Reply reply) {
    Answer answer = reply.answer();
    cache.put(question, answer, Math.min(reply.ttlSeconds(), longest(answer)));
    List<Waiter> waiters = underWay.remove(question);
    if (underWay.size() <= MAX_QUESTIONS / 2) {
      overloaded = false;
    }
    if (waiters != null) {
      waiters.forEach(waiter -> waiter.tellOnItsLoop(question.family(), answer));
    }
  }

  private long longest(Answer answer) {
    return switch (answer) {
      case Addresses _ -> maxTtlSeconds;
      case NoAddresses _, Failed _ -> negativeTtlSeconds;
    };
  }

  private void sayOverloaded() {
    if (!overloaded) {
      overloaded = true;
      LOG.warn(
          "{} DNS queries are pending: further names fail to resolve until some are answered",
          MAX_QUESTIONS);
    }
  }

  /** A lookup that waits for answers. Belongs to its loop. */
  private static final class Waiter implements Lookup {

    private final EventExecutor loop;
    private @Nullable Listener listener;

    Waiter(EventExecutor loop, Listener listener) {
      this.loop = loop;
      this.listener = listener;
    }

    void tell(Family family, Answer answer) {
      if (listener != null) {
        listener.answered(family, answer);
      }
    }

    void tellOnItsLoop(Family family, Answer answer) {
      if (loop.inEventLoop()) {
        tell(family, answer);
        return;
      }
      try {
        loop.execute(() -> tell(family, answer));
      } catch (RejectedExecutionException e) {
        LOG.debug("an answer for a loop that has ended");
      }
    }

    @Override
    public void cancel() {
      listener = null;
    }
  }
}
