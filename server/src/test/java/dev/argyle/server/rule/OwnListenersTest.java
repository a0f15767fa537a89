package dev.argyle.server.rule;

import static dev.argyle.server.rule.Ask.LOCAL;
import static dev.argyle.server.rule.Ask.allow;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.rule.OwnListener.Transport;
import dev.argyle.wire.socks.Command;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("unit")
class OwnListenersTest {

  private static final RuleBook ALLOW_ALL =
      RuleBook.compile(List.of(allow("0.0.0.0/0", "::/0"), allow()));

  private final LocalAddresses local =
      new LocalAddresses(
          () ->
              Set.of(
                  Bits.of(Ask.ip("192.0.2.2")),
                  Bits.of(Ask.ip("192.0.2.255")),
                  Bits.of(Ask.ip("2001:db8::2"))),
          () -> 0);

  private RuleBook listening(String address, Transport transport) {
    return ALLOW_ALL.withOwnListeners(
        List.of(new OwnListener(Ask.ip(address), 8080, transport)), local);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, true",
    "::ffff:127.0.0.1, true",
    "64:ff9b::7f00:1, true",
    "2002:7f00:1::, true",
    "0.0.0.0, true",
    "::, true",
    "127.0.0.2, false",
    "::1, false",
    "192.0.2.2, false",
  })
  void whateverTheRulesSayAnOwnListenerIsDenied(String address, boolean denied) {
    Decision decision = LOCAL.port(8080).to(address, listening("127.0.0.1", Transport.TCP));
    assertThat(decision.allowed()).isEqualTo(!denied);
    if (denied) {
      assertThat(decision)
          .isEqualTo(new Decision(false, 0, null, "own listener 127.0.0.1:8080/tcp"));
    }
  }

  @Test
  void theSameAddressAtAnotherPortIsNotAnOwnListener() {
    RuleBook book = listening("127.0.0.1", Transport.TCP);
    assertThat(LOCAL.port(8079).to("127.0.0.1", book).allowed()).isTrue();
    assertThat(LOCAL.port(8081).to("127.0.0.1", book).allowed()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.2, true",
    "2001:db8::2, true",
    "64:ff9b::192.0.2.2, true",
    "127.0.0.1, true",
    "127.1.2.3, true",
    "::1, true",
    "0.0.0.0, true",
    "::, true",
    "192.0.2.255, true",
    "224.0.0.1, true",
    "ff02::1, true",
    "255.255.255.255, true",
    "192.0.2.3, false",
    "2001:db8::3, false",
  })
  void aWildcardIsEveryAddressOfThisMachine(String address, boolean denied) {
    for (String wildcard : List.of("0.0.0.0", "::")) {
      RuleBook book = listening(wildcard, Transport.UDP);
      Ask ask = LOCAL.command(Command.UDP).port(8080);
      assertThat(ask.to(address, book).allowed()).isEqualTo(!denied);
    }
  }

  @ParameterizedTest
  @EnumSource
  void connectAndBindAreTcpAndUdpIsUdp(Command command) {
    Ask ask = LOCAL.command(command).port(8080);
    boolean udp = command == Command.UDP;
    assertThat(ask.to("127.0.0.1", listening("127.0.0.1", Transport.TCP)).allowed()).isEqualTo(udp);
    assertThat(ask.to("127.0.0.1", listening("127.0.0.1", Transport.UDP)).allowed())
        .isEqualTo(!udp);
    assertThat(ask.to("127.0.0.1", listening("127.0.0.1", Transport.SCTP)).allowed()).isTrue();
  }

  @Test
  void everyAddressThatTheSystemListsIsThisMachines() throws SocketException {
    RuleBook book =
        ALLOW_ALL.withOwnListeners(List.of(new OwnListener(Ask.ip("::"), 8080, Transport.TCP)));
    List<InetAddress> addresses =
        NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses).toList();
    assertThat(addresses)
        .isNotEmpty()
        .allSatisfy(
            address ->
                assertThat(LOCAL.port(8080).to(address.getHostAddress(), book).allowed())
                    .isFalse());
  }

  @Test
  void theSystemIsAskedAtMostOnceASecond() {
    AtomicInteger asked = new AtomicInteger();
    AtomicLong clock = new AtomicLong(-5);
    Bits address = Bits.of(Ask.ip("192.0.2.2"));
    LocalAddresses addresses =
        new LocalAddresses(
            () -> asked.incrementAndGet() == 1 ? Set.of() : Set.of(address), clock::get);
    assertThat(addresses.contains(address)).isFalse();
    clock.addAndGet(1_000_000_000);
    assertThat(addresses.contains(address)).isFalse();
    clock.addAndGet(1);
    assertThat(addresses.contains(address)).isTrue();
    assertThat(asked).hasValue(2);
  }

  @Test
  void aSystemThatDoesNotTellIsTakenToBeEverywhereAndOneThatStopsTellingKeepsItsAddresses() {
    AtomicLong clock = new AtomicLong();
    AtomicInteger asked = new AtomicInteger();
    LocalAddresses addresses =
        new LocalAddresses(
            () -> {
              if (asked.incrementAndGet() != 2) {
                throw new SocketException("too many open files");
              }
              return Set.of(Bits.of(Ask.ip("192.0.2.2")));
            },
            clock::get);
    assertThat(addresses.contains(Bits.of(Ask.ip("192.0.2.9")))).isTrue();
    assertThat(addresses.contains(Bits.of(Ask.ip("192.0.2.9")))).isFalse();
    clock.addAndGet(2_000_000_000);
    assertThat(addresses.contains(Bits.of(Ask.ip("192.0.2.9")))).isFalse();
    assertThat(addresses.contains(Bits.of(Ask.ip("192.0.2.2")))).isTrue();
  }
}
