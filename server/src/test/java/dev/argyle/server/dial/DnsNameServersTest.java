package dev.argyle.server.dial;

import static dev.argyle.server.dial.DnsServerForTests.address;
import static dev.argyle.server.dial.DnsServerForTests.soa;
import static dev.argyle.server.dial.Family.IPV4;
import static dev.argyle.server.dial.Family.IPV6;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Level;
import dev.argyle.server.dial.NameResolver.Failed;
import dev.argyle.server.dial.NameResolver.NoAddresses;
import dev.argyle.server.dial.NameServers.Reply;
import dev.argyle.server.telemetry.Counter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which server is asked, for how long, and what is told of those that fail. */
@Timeout(60)
@Tag("unit")
class DnsNameServersTest extends NameServersCase {

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
}
