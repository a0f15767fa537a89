package dev.argyle.server.dial;

import static dev.argyle.server.dial.DnsServerForTests.address;
import static dev.argyle.server.dial.DnsServerForTests.alias;
import static dev.argyle.server.dial.DnsServerForTests.soa;
import static dev.argyle.server.dial.Family.IPV4;
import static dev.argyle.server.dial.Family.IPV6;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.argyle.server.dial.NameResolver.Addresses;
import dev.argyle.server.dial.NameResolver.Failed;
import dev.argyle.server.dial.NameResolver.NoAddresses;
import dev.argyle.server.dial.NameServers.Reply;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Counters;
import io.netty.channel.ChannelException;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsResponseCode;
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
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Real queries to servers on loopback that follow a script. */
@Timeout(60)
@Tag("unit")
class DnsNameServersTest {

  private static final DnsServerForTests.Script SILENT = (question, response, tcp) -> false;
  private static final DnsServerForTests.Script ONE =
      (question, response, tcp) -> {
        response.addRecord(DnsSection.ANSWER, address(question.name(), "192.0.2.1", 60));
        return true;
      };

  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final List<DnsServerForTests> servers = new ArrayList<>();
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger("dev.argyle.server.dial");
  private final Counters counters = new Counters();
  private final List<NioDatagramChannel> opened = new CopyOnWriteArrayList<>();
  private volatile boolean noDescriptors;
  private volatile boolean bug;
  private volatile long laterNanos;

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

  private DnsNameServers asking(long timeoutMillis, DnsServerForTests.Script... scripts) {
    return asking(timeoutMillis, 30_000, scripts);
  }

  private DnsNameServers asking(
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

  private NioDatagramChannel datagrams() {
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

  private CompletableFuture<Reply> start(DnsNameServers asked, String name, Family family) {
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

  private Reply ask(DnsNameServers asked, String name, Family family) throws Exception {
    return start(asked, name, family).get(30, TimeUnit.SECONDS);
  }

  private static Reply failed(DialFailure why, String detail) {
    return new Reply(new Failed(new Failure(why, detail)), 1);
  }

  private static Reply addresses(long ttl, String... literals) {
    List<InetAddress> addresses = Arrays.stream(literals).map(Literals::ip).toList();
    return new Reply(new Addresses(addresses), ttl);
  }

  @Test
  void bothFamiliesAreAsked() throws Exception {
    DnsNameServers asked =
        asking(
            5000,
            (question, response, tcp) -> {
              boolean ipv6 = question.type().name().equals("AAAA");
              response.addRecord(
                  DnsSection.ANSWER,
                  address(question.name(), ipv6 ? "2001:db8::1" : "192.0.2.1", 60));
              return true;
            });
    assertThat(ask(asked, "a.example", IPV4)).isEqualTo(addresses(60, "192.0.2.1"));
    assertThat(ask(asked, "a.example", IPV6)).isEqualTo(addresses(60, "2001:db8::1"));
  }

  @Test
  void aNameThatDoesNotExistIsKnownAfterOneQuery() throws Exception {
    DnsNameServers asked =
        asking(
            5000,
            (question, response, tcp) -> {
              response.setCode(DnsResponseCode.NXDOMAIN);
              response.addRecord(DnsSection.AUTHORITY, soa(900, 17));
              return true;
            });
    assertThat(ask(asked, "a.example", IPV4)).isEqualTo(new Reply(new NoAddresses(), 17));
    assertThat(servers.getFirst().asked).containsExactly("udp A a.example.");
  }

  @Test
  void anAliasIsAskedForWhereTheServerDoesNotFollowIt() throws Exception {
    DnsNameServers asked =
        asking(
            5000,
            (question, response, tcp) -> {
              response.addRecord(
                  DnsSection.ANSWER,
                  question.name().equals("a.example.")
                      ? alias(question.name(), "b.example", 20)
                      : address(question.name(), "192.0.2.1", 60));
              return true;
            });
    assertThat(ask(asked, "a.example", IPV4)).isEqualTo(addresses(20, "192.0.2.1"));
  }

  @Test
  void aliasesWithoutEndEnd() throws Exception {
    DnsNameServers asked =
        asking(
            5000,
            (question, response, tcp) -> {
              response.addRecord(
                  DnsSection.ANSWER, alias(question.name(), "x" + question.name(), 20));
              return true;
            });
    assertThat(ask(asked, "a.example", IPV4))
        .isEqualTo(
            failed(
                DialFailure.NAME_SERVER_FAILED,
                "name server failure: an alias that leads nowhere"));
    assertThat(servers.getFirst().asked).hasSize(DnsReading.MAX_ALIASES + 2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/25.example", "a~b.example", "a*b.example"})
  void anAliasWithCharactersThatNoHostNameHasIsFollowed(String target) throws Exception {
    DnsNameServers asked =
        asking(
            5000,
            (question, response, tcp) -> {
              response.addRecord(
                  DnsSection.ANSWER,
                  question.name().equals("a.example.")
                      ? alias(question.name(), target, 20)
                      : address(question.name(), "192.0.2.1", 60));
              return true;
            });
    assertThat(ask(asked, "a.example", IPV4)).isEqualTo(addresses(20, "192.0.2.1"));
    assertThat(servers.getFirst().asked).endsWith("udp A " + target + ".");
  }

  @Test
  void anAliasIsNotAskedForAtTheServersThatWereSilentAboutItsName() throws Exception {
    DnsNameServers asked =
        asking(
            300,
            SILENT,
            (question, response, tcp) -> {
              response.addRecord(
                  DnsSection.ANSWER,
                  question.name().equals("a.example.")
                      ? alias(question.name(), "b.example", 20)
                      : address(question.name(), "192.0.2.1", 60));
              return true;
            });
    assertThat(ask(asked, "a.example", IPV4)).isEqualTo(addresses(20, "192.0.2.1"));
    assertThat(servers.getFirst().asked).containsExactly("udp A a.example.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"FORMERR", "NOTIMP"})
  void aServerWithoutEdnsIsAskedWithoutAndThatIsRememberedForAWhile(String code) throws Exception {
    DnsResponseCode refusal =
        code.equals("FORMERR") ? DnsResponseCode.FORMERR : DnsResponseCode.NOTIMP;
    DnsNameServers asked = asking(5000, SILENT);
    DnsServerForTests server = servers.getFirst();
    server.script =
        (question, response, tcp) -> {
          if (server.edns.getLast()) {
            response.setCode(refusal);
            return true;
          }
          return ONE.answer(question, response, tcp);
        };
    assertThat(ask(asked, "a.example", IPV4)).isEqualTo(addresses(60, "192.0.2.1"));
    assertThat(ask(asked, "b.example", IPV4)).isEqualTo(addresses(60, "192.0.2.1"));
    assertThat(server.edns).containsExactly(true, false, false);
    laterNanos = Concessions.KNOWN_NANOS;
    assertThat(ask(asked, "c.example", IPV4)).isEqualTo(addresses(60, "192.0.2.1"));
    assertThat(server.edns).containsExactly(true, false, false, true, false);
  }

  @Test
  void aServerThatAnswersEdnsWithAHeaderAloneIsAskedWithout() throws Exception {
    DnsNameServers asked = asking(5000, SILENT);
    DnsServerForTests server = servers.getFirst();
    server.script =
        (question, response, tcp) -> {
          if (server.edns.getLast()) {
            response.clear();
            response.setCode(DnsResponseCode.FORMERR);
            return true;
          }
          return ONE.answer(question, response, tcp);
        };
    assertThat(ask(asked, "a.example", IPV4)).isEqualTo(addresses(60, "192.0.2.1"));
    assertThat(server.edns).containsExactly(true, false);
  }

  @Test
  void whoeverRefusesTheQueryWithoutEdnsTooHasFailed() throws Exception {
    DnsNameServers asked =
        asking(
            5000,
            (question, response, tcp) -> {
              response.setCode(DnsResponseCode.FORMERR);
              return true;
            });
    assertThat(ask(asked, "a.example", IPV4).answer()).isInstanceOf(Failed.class);
    assertThat(servers.getFirst().asked).hasSize(1 + Inquiry.MIN_TRIES);
  }

  @Test
  void namesAreSpeltAtRandomSoThatAForgerHasToGuessMore() throws Exception {
    DnsNameServers asked = asking(5000, ONE);
    for (int i = 0; i < 20; i++) {
      ask(asked, "a-rather-long-name.example", IPV4);
    }
    assertThat(servers.getFirst().spelt.stream().distinct().count()).isGreaterThan(15);
    assertThat(servers.getFirst().spelt)
        .allMatch(name -> name.equalsIgnoreCase("a-rather-long-name.example."));
  }

  @Test
  void anAnswerInAnotherSpellingIsNotBelievedAndAServerThatHasNoOtherIsAskedPlainly()
      throws Exception {
    DnsNameServers asked =
        asking(
            5000,
            (question, response, tcp) -> {
              String spelt = servers.getFirst().spelt.getLast();
              boolean plain = spelt.equals(question.name());
              response.clear();
              response.addRecord(
                  DnsSection.QUESTION, new DefaultDnsQuestion(question.name(), question.type()));
              response.addRecord(
                  DnsSection.ANSWER,
                  address(question.name(), plain ? "192.0.2.1" : "192.0.2.66", 60));
              return true;
            });
    assertThat(ask(asked, "a-rather-long-name.example", IPV4))
        .isEqualTo(addresses(60, "192.0.2.1"));
    ask(asked, "another-rather-long-name.example", IPV4);
    assertThat(servers.getFirst().spelt.subList(1, 3))
        .containsExactly("a-rather-long-name.example.", "another-rather-long-name.example.");
  }

  @Test
  void aTruncatedAnswerIsFetchedByTcp() throws Exception {
    DnsNameServers asked =
        asking(
            5000,
            (question, response, tcp) -> {
              response.setTruncated(!tcp);
              return !tcp || ONE.answer(question, response, true);
            });
    assertThat(ask(asked, "a.example", IPV4)).isEqualTo(addresses(60, "192.0.2.1"));
    assertThat(servers.getFirst().asked).containsExactly("udp A a.example.", "tcp A a.example.");
  }

  @Test
  void anotherServerIsAskedWhenOneFailsAndPreferredFromThenOn() throws Exception {
    DnsNameServers asked =
        asking(
            5000,
            (question, response, tcp) -> {
              response.setCode(DnsResponseCode.SERVFAIL);
              return true;
            },
            ONE);
    assertThat(ask(asked, "a.example", IPV4)).isEqualTo(addresses(60, "192.0.2.1"));
    assertThat(ask(asked, "b.example", IPV4)).isEqualTo(addresses(60, "192.0.2.1"));
    assertThat(servers.getFirst().asked).containsExactly("udp A a.example.");
    assertThat(servers.getLast().asked).hasSize(2);
  }

  @Test
  void anotherServerIsAskedWhenOneIsSilent() throws Exception {
    DnsNameServers asked = asking(1000, SILENT, ONE);
    assertThat(ask(asked, "a.example", IPV4)).isEqualTo(addresses(60, "192.0.2.1"));
    assertThat(warnings()).isEmpty();
  }

  /** The kernel tells of a closed port: names failed after the timeouts of all queries. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void nameServerWhosePortIsClosedIsNotWaitedFor(boolean epoll) throws Exception {
    assumeTrue(!epoll || Epoll.isAvailable());
    servers.add(new DnsServerForTests(group, SILENT));
    servers.add(new DnsServerForTests(group, ONE));
    List<InetSocketAddress> addresses = servers.stream().map(DnsServerForTests::address).toList();
    servers.getFirst().close();
    MultiThreadIoEventLoopGroup own =
        new MultiThreadIoEventLoopGroup(
            1, epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    DnsNameServers asked =
        new DnsNameServers(
            own.next(),
            () -> addresses,
            Duration.ofMinutes(10), // of a query: the test would end before
            Duration.ofMinutes(10),
            epoll ? EpollDatagramChannel::new : NioDatagramChannel::new,
            epoll ? EpollSocketChannel::new : NioSocketChannel::new,
            System::nanoTime,
            counters.shared());
    CompletableFuture<Reply> reply = new CompletableFuture<>();
    own.next().execute(() -> asked.ask(new Question("a.example", IPV4), reply::complete));
    assertThat(reply.get(30, TimeUnit.SECONDS)).isEqualTo(addresses(60, "192.0.2.1"));
    servers.getLast().close();
    CompletableFuture<Reply> none = new CompletableFuture<>();
    own.next().execute(() -> asked.ask(new Question("b.example", IPV4), none::complete));
    assertThat(none.get(30, TimeUnit.SECONDS))
        .isEqualTo(
            failed(
                DialFailure.NAME_SERVER_FAILED, "the name server's port is closed or unreachable"));
    own.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
    assertThat(counters.sum(Counter.BUGS)).isZero();
  }

  @Test
  void aLostDatagramIsRepeated() throws Exception {
    int[] seen = {0};
    DnsNameServers asked =
        asking(
            1000,
            (question, response, tcp) -> seen[0]++ > 0 && ONE.answer(question, response, tcp));
    assertThat(ask(asked, "a.example", IPV4)).isEqualTo(addresses(60, "192.0.2.1"));
  }

  @Test
  void whenEveryServerFailsThatIsTheAnswer() throws Exception {
    DnsNameServers asked =
        asking(
            5000,
            (question, response, tcp) -> {
              response.setCode(DnsResponseCode.REFUSED);
              return true;
            });
    assertThat(ask(asked, "a.example", IPV4))
        .isEqualTo(failed(DialFailure.NAME_SERVER_FAILED, "name server failure: Refused(5)"));
    assertThat(servers.getFirst().asked).hasSize(Inquiry.MIN_TRIES);
    assertThat(warnings()).isEmpty();
  }

  @Test
  void serversThatNeverAnswerAreComplainedAboutOnceUntilTheyDo() throws Exception {
    DnsNameServers asked = asking(500, SILENT);
    List<CompletableFuture<Reply>> replies = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      replies.add(start(asked, "n" + i + ".example", IPV4));
    }
    for (CompletableFuture<Reply> reply : replies) {
      assertThat(reply.get(30, TimeUnit.SECONDS))
          .isEqualTo(failed(DialFailure.TIMED_OUT, "no name server answered"));
    }
    await().until(() -> !warnings().isEmpty()); // once the root was asked about, too
    assertThat(warnings()).hasSize(1);
    assertThat(warnings().getFirst()).contains("no name server answers", "/etc/resolv.conf");
    servers.getFirst().script = ONE;
    assertThat(ask(asked, "a.example", IPV4)).isEqualTo(addresses(60, "192.0.2.1"));
    assertThat(ask(asked, "b.example", IPV4)).isEqualTo(addresses(60, "192.0.2.1"));
    assertThat(messages(Level.INFO)).containsExactly("name servers answer again");
    servers.getFirst().script = SILENT;
    ask(asked, "c.example", IPV4);
    ask(asked, "d.example", IPV4); // by now, "c" would have been complained about
    assertThat(warnings()).as("at most once a minute").hasSize(1);
    laterNanos = Silence.QUIET_NANOS;
    ask(asked, "e.example", IPV4);
    await().until(() -> warnings().size() == 2);
  }

  @Test
  void serverThatIsSilentAboutSomeNamesAloneIsNotComplainedAbout() throws Exception {
    DnsNameServers asked =
        asking(
            300,
            (question, response, tcp) -> {
              response.setCode(DnsResponseCode.REFUSED);
              return question.name().equals(".");
            });
    assertThat(ask(asked, "dead.example", IPV4))
        .isEqualTo(failed(DialFailure.TIMED_OUT, "no name server answered"));
    await().until(() -> servers.getFirst().asked.contains("udp NS ."));
    assertThat(ask(asked, "dead.example", IPV4).answer()).isInstanceOf(Failed.class);
    assertThat(warnings()).isEmpty();
    assertThat(servers.getFirst().asked).containsOnlyOnce("udp NS .");
  }

  @Test
  void silenceIsNoticedThoughEverybodyLeavesBeforeTheLastTry() throws Exception {
    DnsNameServers asked = asking(400, SILENT);
    List<CompletableFuture<Reply>> replies = new ArrayList<>();
    Runnable cancel = startAndCancel(asked, "a.example", replies);
    await().until(() -> servers.getFirst().asked.contains("udp A a.example."));
    laterNanos = TimeUnit.SECONDS.toNanos(2);
    group.next().submit(cancel).sync();
    await().until(() -> warnings().size() == 1);
  }

  @Test
  void lateAliasesOneAfterTheOtherEndByTheDeadlineOfTheQuestion() throws Exception {
    DnsNameServers asked =
        asking(
            5000,
            700,
            (question, response, tcp) -> {
              LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
              response.addRecord(
                  DnsSection.ANSWER, alias(question.name(), "x" + question.name(), 20));
              return true;
            });
    assertThat(ask(asked, "a.example", IPV4))
        .isEqualTo(failed(DialFailure.TIMED_OUT, "no address within dns.question-timeout"));
    assertThat(servers.getFirst().asked.size()).isBetween(2, DnsReading.MAX_ALIASES);
    assertThat(warnings()).isEmpty();
  }

  @Test
  void deadlineOfAQuestionHoldsForAllTriesTogether() throws Exception {
    DnsNameServers asked = asking(400, 500, SILENT, SILENT, SILENT, SILENT, SILENT, SILENT);
    assertThat(ask(asked, "a.example", IPV4))
        .isEqualTo(failed(DialFailure.TIMED_OUT, "no name server answered"));
    assertThat(servers.getLast().asked).doesNotContain("udp A a.example.");
  }

  @Test
  void cancelledQuestionClosesItsSocketAndGetsNoReply() throws Exception {
    DnsNameServers asked = asking(5000, SILENT);
    List<CompletableFuture<Reply>> replies = new ArrayList<>();
    Runnable cancel = startAndCancel(asked, "a.example", replies);
    await().until(() -> servers.getFirst().asked.contains("udp A a.example."));
    assertThat(opened).hasSize(1);
    group.next().submit(cancel).sync();
    group.next().submit(cancel).sync();
    await().until(() -> !opened.getFirst().isOpen());
    assertThat(replies.getFirst()).isNotDone();
    servers.getFirst().script = ONE;
    assertThat(ask(asked, "a.example", IPV4)).isEqualTo(addresses(60, "192.0.2.1"));
  }

  @Test
  void warmUpAsksNoServerAndNeedsNone() throws Exception {
    DnsNameServers asked = asking(5000, SILENT);
    asked.warmUp().get(30, TimeUnit.SECONDS);
    assertThat(servers.getFirst().asked).isEmpty();
    assertThat(opened).hasSize(2).noneMatch(NioDatagramChannel::isOpen);
    servers.getFirst().script = ONE;
    assertThat(ask(asked, "a.example", IPV4)).isEqualTo(addresses(60, "192.0.2.1"));
  }

  @Test
  void warmUpWithoutDescriptorsIsOverAtOnceAndNamesAreResolvedLater() throws Exception {
    DnsNameServers asked = asking(5000, ONE);
    noDescriptors = true;
    asked.warmUp().get(30, TimeUnit.SECONDS);
    noDescriptors = false;
    assertThat(ask(asked, "a.example", IPV4)).isEqualTo(addresses(60, "192.0.2.1"));
  }

  /** Asks, and answers what cancels it. */
  private Runnable startAndCancel(
      DnsNameServers asked, String name, List<CompletableFuture<Reply>> replies) throws Exception {
    CompletableFuture<Reply> reply = new CompletableFuture<>();
    replies.add(reply);
    return group
        .next()
        .submit(() -> asked.ask(new Question(name, IPV4), reply::complete))
        .get(30, TimeUnit.SECONDS);
  }

  @Test
  void anAnswerToAnotherQuestionIsNotBelieved() throws Exception {
    DnsNameServers asked =
        asking(
            100,
            (question, response, tcp) -> {
              response.clear();
              response.addRecord(
                  DnsSection.QUESTION,
                  new io.netty.handler.codec.dns.DefaultDnsQuestion("b.example.", question.type()));
              return ONE.answer(question, response, tcp);
            });
    assertThat(ask(asked, "a.example", IPV4).answer()).isInstanceOf(Failed.class);
  }

  @Test
  void questionsComeFromDifferentPorts() throws Exception {
    DnsNameServers asked = asking(5000, ONE);
    for (int i = 0; i < 10; i++) {
      ask(asked, "n" + i + ".example", IPV4);
    }
    assertThat(servers.getFirst().ports.stream().distinct().count()).isGreaterThan(5);
  }

  @Test
  void withoutDescriptorsAQuestionFailsAtOnceAndTheNextIsTriedAnew() throws Exception {
    DnsNameServers asked = asking(5000, ONE);
    noDescriptors = true;
    assertThat(ask(asked, "a.example", IPV4))
        .isEqualTo(new Reply(new Failed(Failure.of(DialFailure.NO_RESOURCES)), 0));
    noDescriptors = false;
    assertThat(ask(asked, "a.example", IPV4)).isEqualTo(addresses(60, "192.0.2.1"));
  }

  @Test
  void strangeButValidNamesAreAskedAsTheyAre() throws Exception {
    DnsNameServers asked = asking(5000, ONE);
    for (String name : List.of("-a_.--b", "xn--zzzz-.example", "a".repeat(63) + ".x")) {
      assertThat(HostName.of(name)).isEqualTo(new HostName.Name(name));
      assertThat(ask(asked, name, IPV4)).isEqualTo(addresses(60, "192.0.2.1"));
      assertThat(servers.getFirst().asked).endsWith("udp A " + name + ".");
    }
  }

  @Test
  void aBugFailsItsQuestionAloneAndIsCountedAndLoggedOnce() throws Exception {
    DnsNameServers asked = asking(5000, ONE);
    ask(asked, "a.example", IPV4);
    bug = true;
    assertThat(ask(asked, "b.example", IPV4))
        .isEqualTo(failed(DialFailure.GENERAL, "a bug of Argyle, which is in its log"));
    bug = false;
    assertThat(ask(asked, "c.example", IPV4)).isEqualTo(addresses(60, "192.0.2.1"));
    assertThat(counters.sum(Counter.BUGS)).isEqualTo(1);
    assertThat(messages(Level.ERROR))
        .containsExactly("a bug of Argyle: the question about b.example fails");
  }

  private List<String> warnings() {
    return messages(Level.WARN);
  }

  private List<String> messages(Level level) {
    return List.copyOf(log.list).stream()
        .filter(event -> event.getLevel() == level)
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }
}
