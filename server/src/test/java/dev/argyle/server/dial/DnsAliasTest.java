package dev.argyle.server.dial;

import static dev.argyle.server.dial.DnsServerForTests.address;
import static dev.argyle.server.dial.DnsServerForTests.alias;
import static dev.argyle.server.dial.Family.IPV4;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.dns.DnsSection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that name another name. */
@Timeout(60)
@Tag("unit")
class DnsAliasTest extends NameServersCase {

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
}
