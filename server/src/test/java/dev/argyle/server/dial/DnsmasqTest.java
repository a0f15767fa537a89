package dev.argyle.server.dial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.argyle.server.config.Dns;
import dev.argyle.server.config.Endpoint;
import dev.argyle.server.dial.NameResolver.Addresses;
import dev.argyle.server.dial.NameResolver.Answer;
import dev.argyle.server.dial.NameResolver.Failed;
import dev.argyle.server.dial.NameResolver.NoAddresses;
import dev.argyle.server.net.LoopTurns;
import dev.argyle.server.telemetry.Counters;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole resolver against Debian's dnsmasq, on epoll and NIO. */
@Timeout(120)
@Tag("program")
class DnsmasqTest {

  private static final int MANY = 150;

  @TempDir Path folder;
  private @Nullable Process dnsmasq;
  private @Nullable IoEventLoopGroup group;
  private int port;

  @BeforeEach
  void startDnsmasq() throws Exception {
    String program =
        Stream.of("/usr/sbin/dnsmasq", "/usr/local/sbin/dnsmasq", "/usr/bin/dnsmasq")
            .filter(path -> Files.isExecutable(Path.of(path)))
            .findFirst()
            .orElse(null);
    assumeThat(program).as("dnsmasq is not installed: apt-get install dnsmasq-base").isNotNull();
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      lines.add("192.0.2." + i + " many.example");
    }
    Path many = Files.write(folder.resolve("many"), lines);
    Path log = folder.resolve("dnsmasq.log");
    for (int tries = 0; tries < 10 && !answers(); tries++) {
      start(String.valueOf(program), many, log);
    }
    assertThat(answers()).as(() -> text(log)).isTrue();
  }

  private boolean answers() {
    return dnsmasq != null && dnsmasq.isAlive();
  }

  /** It cannot ask for a free port, and another test may be quicker to take the one found here. */
  private void start(String program, Path many, Path log) throws IOException {
    try (DatagramSocket free = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Process started =
        new ProcessBuilder(
                program,
                "--keep-in-foreground",
                "--conf-file=/dev/null",
                "--no-resolv",
                "--no-hosts",
                "--user=root",
                "--group=root",
                "--pid-file=",
                "--log-facility=-",
                "--listen-address=127.0.0.1",
                "--bind-interfaces",
                "--port=" + port,
                "--local=/example/",
                "--addn-hosts=" + many,
                "--host-record=both.example,192.0.2.1,2001:db8::1,60",
                "--host-record=four.example,192.0.2.4,60",
                "--cname=alias.example,both.example,20")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    dnsmasq = started;
    await().until(() -> !started.isAlive() || Files.readString(log).contains("started"));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  @AfterEach
  void stop() throws Exception {
    if (dnsmasq != null) {
      dnsmasq.destroyForcibly().waitFor();
    }
    if (group != null) {
      group.shutdownGracefully(0, 0, TimeUnit.SECONDS).sync();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"epoll", "nio"})
  void namesAreResolved(String kind) throws Exception {
    boolean epoll = kind.equals("epoll");
    assumeThat(!epoll || Epoll.isAvailable()).as("epoll is not there").isTrue();
    IoEventLoop loop = loop(epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    SystemResolver resolver = resolver(loop, List.of(new Endpoint("127.0.0.1", port)));

    assertThat(resolve(resolver, loop, "both.example"))
        .isEqualTo(Map.of(Family.IPV4, of("192.0.2.1"), Family.IPV6, of("2001:db8::1")));
    assertThat(resolve(resolver, loop, "alias.example"))
        .isEqualTo(Map.of(Family.IPV4, of("192.0.2.1"), Family.IPV6, of("2001:db8::1")));
    assertThat(resolve(resolver, loop, "four.example"))
        .isEqualTo(Map.of(Family.IPV4, of("192.0.2.4"), Family.IPV6, new NoAddresses()));
    assertThat(resolve(resolver, loop, "nothing.example"))
        .isEqualTo(Map.of(Family.IPV4, new NoAddresses(), Family.IPV6, new NoAddresses()));
    assertThat(resolve(resolver, loop, "elsewhere.test").values())
        .allMatch(Failed.class::isInstance);
    assertThat(resolve(resolver, loop, "many.example").get(Family.IPV4))
        .isInstanceOfSatisfying(
            Addresses.class,
            answer -> assertThat(answer.addresses()).hasSize(AddressPlan.MAX_ADDRESSES));
    assertThat(resolve(resolver, loop, "hosts.example"))
        .isEqualTo(Map.of(Family.IPV4, of("192.0.2.99"), Family.IPV6, new NoAddresses()));
  }

  @Test
  void noDescriptorIsLeftBehind() throws Exception {
    IoEventLoop loop = loop(NioIoHandler.newFactory());
    SystemResolver resolver = resolver(loop, List.of(new Endpoint("127.0.0.1", port)));
    resolve(resolver, loop, "first.example");
    int before = sockets();
    for (int i = 0; i < 100; i++) {
      resolve(resolver, loop, "n" + i + ".example");
    }
    await().until(() -> sockets() <= before);
  }

  @Test
  void theServersOfTheSystemAreUsedAndWhatChangesThereIsNoticed() throws Exception {
    IoEventLoop loop = loop(NioIoHandler.newFactory());
    Files.writeString(folder.resolve("resolv.conf"), "nameserver 127.0.0.1\n");
    Files.writeString(folder.resolve("hosts"), "192.0.2.50 later.example\n");
    SystemResolver resolver = resolver(loop, List.of());
    assertThat(resolve(resolver, loop, "later.example").get(Family.IPV4))
        .isEqualTo(of("192.0.2.50"));
    Files.writeString(folder.resolve("hosts"), "192.0.2.51 # now\n192.0.2.51 later.example\n");
    await()
        .until(
            () -> resolve(resolver, loop, "later.example").get(Family.IPV4),
            of("192.0.2.51")::equals);
  }

  private IoEventLoop loop(IoHandlerFactory factory) {
    group = new LoopTurns.Loops(1, Thread::new, factory).group();
    return group.next();
  }

  private SystemResolver resolver(IoEventLoop loop, List<Endpoint> servers) throws IOException {
    Path hosts = folder.resolve("hosts");
    if (!Files.exists(hosts)) {
      Files.writeString(hosts, "192.0.2.99 hosts.example\n");
    }
    Dns settings =
        new Dns(
            servers,
            Duration.ofSeconds(3),
            Duration.ofSeconds(10),
            16,
            2048,
            100,
            Duration.ofHours(1),
            Duration.ofSeconds(30));
    return SystemResolver.of(
        settings, loop, new Counters().shared(), hosts, folder.resolve("resolv.conf"));
  }

  private static Map<Family, Answer> resolve(NameResolver resolver, EventLoop loop, String name)
      throws Exception {
    Map<Family, Answer> answers = new ConcurrentHashMap<>();
    CompletableFuture<Void> both = new CompletableFuture<>();
    NameResolver.Listener listener =
        (family, answer) -> {
          answers.put(family, answer);
          if (answers.size() == Family.values().length) {
            both.complete(null);
          }
        };
    loop.execute(() -> resolver.resolve(loop, Literals.SOMEBODY, name, listener));
    both.get(30, TimeUnit.SECONDS);
    return answers;
  }

  private static Answer of(String literal) {
    return new Addresses(List.of(Literals.ip(literal)));
  }

  private static int sockets() throws IOException {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return (int) descriptors.filter(DnsmasqTest::isSocket).count();
    }
  }

  private static boolean isSocket(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
    } catch (IOException e) {
      return false; // closed meanwhile
    }
  }
}
