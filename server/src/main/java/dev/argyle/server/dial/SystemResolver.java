package dev.argyle.server.dial;

import dev.argyle.server.config.Dns;
import dev.argyle.server.config.Endpoint;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
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
 * Names as this machine resolves them: {@code /etc/hosts} first, then what is remembered, then name
 * servers, both families in parallel. Search domains are never applied.
 *
 * <p>What is known is told at once on the caller's loop. What is not is asked for on one loop, the
 * resolver's home, which alone writes the cache; a question that is under way already is joined.
 */
public final class SystemResolver implements NameResolver {

  /**
   * Questions under way; beyond it names fail with {@link DialFailure#NO_RESOURCES}. Each holds a
   * descriptor. Those who wait for them are bounded by the number of clients.
   */
  static final int MAX_QUESTIONS = 256;

  private static final Family[] FAMILIES = Family.values();
  private static final Answer OVERLOADED = new Failed(DialFailure.NO_RESOURCES);
  private static final Logger LOG = LoggerFactory.getLogger(SystemResolver.class);

  private final Supplier<HostsFile> hosts;
  private final EventExecutor home;
  private final NameServers servers;
  private final AnswerCache cache;
  private final long maxTtlSeconds;
  private final long negativeTtlSeconds;
  private final Map<Question, List<Waiter>> underWay = new HashMap<>(); // home's
  private boolean overloaded; // home's

  SystemResolver(
      Dns settings,
      Supplier<HostsFile> hosts,
      EventExecutor home,
      NameServers servers,
      LongSupplier clockNanos) {
    this.hosts = hosts;
    this.home = home;
    this.servers = servers;
    long maxAnswers = (long) settings.cacheEntries() * FAMILIES.length;
    this.cache = new AnswerCache((int) Math.min(maxAnswers, Integer.MAX_VALUE), clockNanos);
    this.maxTtlSeconds = settings.maxTtl().toSeconds();
    this.negativeTtlSeconds = settings.negativeTtl().toSeconds();
  }

  /**
   * Reads two files, opens nothing.
   *
   * @param home the loop that asks name servers; on epoll or NIO
   */
  public static SystemResolver of(Dns settings, EventLoop home) {
    return of(settings, home, Path.of("/etc/hosts"), Path.of("/etc/resolv.conf"));
  }

  static SystemResolver of(Dns settings, EventLoop home, Path hostsPath, Path resolverPath) {
    Executor reader = Thread::startVirtualThread;
    LongSupplier clock = System::nanoTime;
    WatchedFile<HostsFile> hosts = new WatchedFile<>(hostsPath, HostsFile::parse, reader, clock);
    WatchedFile<List<InetSocketAddress>> resolver =
        new WatchedFile<>(resolverPath, ResolverFile::parse, reader, clock);
    List<InetSocketAddress> own = settings.servers().stream().map(SystemResolver::server).toList();
    boolean epoll = home instanceof IoEventLoop loop && loop.isIoType(EpollIoHandler.class);
    NameServers servers =
        new DnsNameServers(
            home,
            own.isEmpty() ? resolver::contents : () -> own,
            settings.timeout(),
            epoll ? EpollDatagramChannel::new : NioDatagramChannel::new,
            epoll ? EpollSocketChannel::new : NioSocketChannel::new);
    return new SystemResolver(settings, hosts::contents, home, servers, clock);
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
      Answer known = local.isEmpty() ? cache.get(question) : ofFamily(local, family);
      if (known != null) {
        waiter.tell(family, known);
      } else {
        onHome(() -> ask(question, waiter), () -> waiter.tell(family, OVERLOADED));
      }
    }
    return waiter;
  }

  private static Answer ofFamily(List<InetAddress> addresses, Family family) {
    List<InetAddress> some = addresses.stream().filter(a -> Family.of(a) == family).toList();
    return some.isEmpty() ? new NoAddresses() : new Addresses(some);
  }

  private void onHome(Runnable task, Runnable stopped) {
    if (home.inEventLoop()) {
      task.run();
      return;
    }
    try {
      home.execute(task);
    } catch (RejectedExecutionException e) {
      stopped.run();
    }
  }

  /** On the home loop, as is all that follows. */
  private void ask(Question question, Waiter waiter) {
    Answer known = cache.get(question); // it may have come while we were on our way
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

  /** Who asked. Belongs to its loop. */
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
        LOG.debug("an answer came after its loop had ended");
      }
    }

    @Override
    public void cancel() {
      listener = null;
    }
  }
}
