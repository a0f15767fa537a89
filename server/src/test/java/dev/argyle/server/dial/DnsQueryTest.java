package dev.argyle.server.dial;

import static dev.argyle.server.dial.DnsServerForTests.address;
import static dev.argyle.server.dial.Family.IPV4;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.dial.NameResolver.Failed;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a query says, and which answer to it is believed. */
@Timeout(60)
@Tag("unit")
class DnsQueryTest extends NameServersCase {

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
  void anAnswerToAnotherQuestionIsNotBelieved() throws Exception {
    DnsNameServers asked =
        asking(
            100,
            (question, response, tcp) -> {
              response.clear();
              response.addRecord(
                  DnsSection.QUESTION, new DefaultDnsQuestion("b.example.", question.type()));
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
  void strangeButValidNamesAreAskedAsTheyAre() throws Exception {
    DnsNameServers asked = asking(5000, ONE);
    for (String name : List.of("-a_.--b", "xn--zzzz-.example", "a".repeat(63) + ".x")) {
      assertThat(HostName.of(name)).isEqualTo(new HostName.Name(name));
      assertThat(ask(asked, name, IPV4)).isEqualTo(addresses(60, "192.0.2.1"));
      assertThat(servers.getFirst().asked).endsWith("udp A " + name + ".");
    }
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
}
