package dev.argyle.server.session.command;

import static dev.argyle.server.session.command.CommandRig.ELSEWHERE;
import static dev.argyle.server.session.command.CommandRig.LOOPBACK;
import static dev.argyle.server.session.command.CommandRig.LOOPBACK_2;
import static dev.argyle.server.session.command.CommandRig.at;
import static dev.argyle.server.session.command.CommandRig.named;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argyle.server.config.Network;
import dev.argyle.server.config.Socks;
import dev.argyle.server.config.Socks.Advertised;
import dev.argyle.server.session.command.CommandRig.Kind;
import dev.argyle.server.session.command.CommandRig.Refusal;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.Ending;
import dev.argyle.wire.Destination;
import dev.argyle.wire.socks.ReplyCode;
import dev.argyle.wire.socks.Request;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** UDP ASSOCIATE: its limits, where it is, whose datagrams it takes, and when it is over. */
@Timeout(60)
@Tag("play")
class UdpAssociateCommandTest {

  private static final Duration IDLE = Duration.ofMinutes(2);

  private @Nullable CommandRig opened;

  @AfterEach
  void close() {
    if (opened != null) {
      opened.close();
    }
  }

  private CommandRig open(Kind kind) {
    CommandRig rig = new CommandRig(kind);
    opened = rig;
    return rig;
  }

  private static Socks.Udp limits(int inAll, int ofUser) {
    return settings(List.of(), null, inAll, ofUser);
  }

  private static Socks.Udp advertise(Advertised... advertised) {
    return settings(List.of(advertised), null, 100, 10);
  }

  private static Socks.Udp ports(int first, int last) {
    return settings(List.of(), new Socks.PortRange(first, last), 100, 10);
  }

  private static Socks.Udp settings(
      List<Advertised> advertised, Socks.@Nullable PortRange ports, int inAll, int ofUser) {
    return new Socks.Udp(IDLE, advertised, Socks.Filter.ADDRESS_RESTRICTED, ports, inAll, ofUser);
  }

  private static Request associate() {
    return associate(Destination.UNSPECIFIED);
  }

  private static Request associate(Destination hint) {
    return new Request.UdpAssociate(hint);
  }

  private static boolean isFree(InetSocketAddress at) {
    try (DatagramSocket socket = new DatagramSocket(at)) {
      return socket.isBound();
    } catch (SocketException taken) {
      return false;
    }
  }

  // Limits

  @ParameterizedTest
  @EnumSource
  void limitInAllIsAFailureOfOursAndTheLogNamesIt(Kind kind) {
    CommandRig rig = open(kind);
    rig.udp = limits(1, 10);
    rig.begin(associate());
    rig.begin(associate());
    assertThat(rig.client.associated).hasSize(1);
    assertThat(rig.client.refusal())
        .isEqualTo(
            new Refusal(
                ReplyCode.GENERAL_FAILURE,
                new Ending(EndReason.OUT_OF_RESOURCES, "socks.udp.max-associations is reached")));
    assertThat(rig.count(Counter.UDP_ASSOCIATIONS_REFUSED)).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void limitOfAUserIsNotAllowedAndTheLogNamesIt(Kind kind) {
    CommandRig rig = open(kind);
    rig.udp = limits(10, 1);
    RunningCommand first = rig.begin(associate());
    RunningCommand second = rig.begin(associate());
    assertThat(rig.client.refusal())
        .isEqualTo(
            new Refusal(
                ReplyCode.NOT_ALLOWED,
                new Ending(EndReason.REFUSED_BY_RULE, "socks.udp.max-per-user is reached")));
    assertThat(rig.count(Counter.UDP_ASSOCIATIONS_REFUSED)).isEqualTo(1);
    rig.run(second::cancel); // it has no place to give back
    assertThat(rig.associations.size()).isEqualTo(1);
    rig.run(first::cancel);
    assertThat(rig.associations.size()).isZero();
  }

  // Where it is

  @ParameterizedTest
  @EnumSource
  void withoutAnAdvertisedAddressItIsWhereTheClientReachedUs(Kind kind) {
    CommandRig rig = open(kind);
    rig.udp = advertise(new Advertised(Network.parse("198.51.100.0/24"), "127.0.0.2"));
    rig.begin(associate()); // from loopback, which is another network
    InetSocketAddress told = rig.client.associated.getFirst();
    assertThat(told.getAddress()).isEqualTo(LOOPBACK);
    assertThat(isFree(told)).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void firstNetworkOfTheClientDecidesWhereItIs(Kind kind) {
    CommandRig rig = open(kind);
    rig.udp =
        advertise(
            new Advertised(Network.parse("198.51.100.0/24"), "192.0.2.9"),
            new Advertised(Network.parse("127.0.0.0/8"), "127.0.0.2"),
            new Advertised(Network.parse("0.0.0.0/0"), "192.0.2.1"));
    rig.begin(associate());
    InetSocketAddress told = rig.client.associated.getFirst();
    assertThat(told.getAddress()).isEqualTo(LOOPBACK_2);
    assertThat(isFree(told)).isFalse();
    assertThat(isFree(new InetSocketAddress(LOOPBACK, told.getPort()))).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void advertisedAddressOfARouterIsToldAndTheLocalOneListensForIt(Kind kind) {
    CommandRig rig = open(kind);
    rig.udp = advertise(new Advertised(Network.parse("0.0.0.0/0"), "192.0.2.1"));
    rig.begin(associate());
    InetSocketAddress told = rig.client.associated.getFirst();
    assertThat(told.getAddress()).isEqualTo(ELSEWHERE);
    assertThat(isFree(new InetSocketAddress(LOOPBACK, told.getPort()))).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void portIsOneOfTheRangeAndAnUsedUpRangeGivesThePlaceBack(Kind kind) throws IOException {
    CommandRig rig = open(kind);
    int port;
    try (DatagramSocket taken = new DatagramSocket(0, LOOPBACK)) {
      port = taken.getLocalPort();
      rig.udp = ports(port, port);
      rig.begin(associate());
      assertThat(rig.client.refusal())
          .isEqualTo(
              new Refusal(
                  ReplyCode.GENERAL_FAILURE,
                  new Ending(
                      EndReason.OUT_OF_RESOURCES, "every port of socks.udp.ports is taken")));
      assertThat(rig.associations.size()).isZero();
      assertThat(rig.count(Counter.DESCRIPTOR_SHORTAGES)).isZero(); // it is another shortage
    }
    rig.begin(associate());
    assertThat(rig.client.associated).containsExactly(new InetSocketAddress(LOOPBACK, port));
  }

  // The hint

  /** How a datagram without a header from a port of the client that no hint names is dropped. */
  private Counter dropOfAnotherPort(Kind kind, Destination hint) throws IOException {
    CommandRig rig = open(kind);
    rig.begin(associate(hint));
    try (DatagramSocket client = new DatagramSocket(0, LOOPBACK)) {
      assertThat(client.getLocalPort()).isNotEqualTo(hint.port());
      client.send(new DatagramPacket(new byte[1], 1, rig.client.associated.getFirst()));
      await().until(() -> rig.count(Counter.UDP_DATAGRAMS_DROPPED) == 1);
    }
    Counter why =
        rig.count(Counter.UDP_DROPPED_WRONG_SOURCE) == 1
            ? Counter.UDP_DROPPED_WRONG_SOURCE
            : Counter.UDP_DROPPED_MALFORMED;
    assertThat(rig.count(why)).isEqualTo(1);
    rig.close();
    return why;
  }

  @ParameterizedTest
  @EnumSource
  void portBesideTheClientsOwnAddressIsTheOnlyOneThatItMaySendFrom(Kind kind) throws IOException {
    InetAddress any = InetAddress.ofLiteral("0.0.0.0");
    for (InetAddress own : List.of(LOOPBACK, any, InetAddress.ofLiteral("::"))) {
      assertThat(dropOfAnotherPort(kind, at(own, 9)))
          .as("%s", own)
          .isEqualTo(Counter.UDP_DROPPED_WRONG_SOURCE);
    }
  }

  @ParameterizedTest
  @EnumSource
  void targetInThePlaceOfTheHintDoesNotLockTheClientOut(Kind kind) throws IOException {
    for (Destination target :
        List.of(at(ELSEWHERE, 9), named("target.test", 9), Destination.UNSPECIFIED)) {
      assertThat(dropOfAnotherPort(kind, target))
          .as("%s", target)
          .isEqualTo(Counter.UDP_DROPPED_MALFORMED);
    }
  }

  // Its end

  @ParameterizedTest
  @EnumSource
  void idleAssociationIsOverAndNotBefore(Kind kind) {
    CommandRig rig = open(kind);
    long before = System.nanoTime();
    RunningCommand command = rig.begin(associate());
    rig.run(() -> command.sweep(before + IDLE.toNanos() - 1));
    assertThat(rig.client.overs).isEmpty();
    rig.run(() -> command.sweep(System.nanoTime() + IDLE.toNanos()));
    assertThat(rig.client.overs).containsExactly(Ending.of(EndReason.IDLE_TIMEOUT));
    assertThat(rig.count(Counter.IDLE_TIMEOUTS)).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void timeoutOfRequestsIsNoneOfAnAssociations(Kind kind) {
    CommandRig rig = open(kind);
    RunningCommand command = rig.begin(associate());
    rig.run(command::timeout);
    assertThat(rig.client.refused).isEmpty();
    assertThat(rig.client.overs).isEmpty();
    assertThat(rig.associations.size()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void cancelGivesPlaceAndPortBackOnce(Kind kind) {
    CommandRig rig = open(kind);
    RunningCommand other = rig.begin(associate());
    RunningCommand command = rig.begin(associate());
    InetSocketAddress told = rig.client.associated.getLast();
    rig.run(command::cancel);
    rig.run(command::cancel);
    assertThat(rig.associations.size()).isEqualTo(1);
    await().until(() -> isFree(told));
    rig.run(() -> command.sweep(System.nanoTime() + IDLE.toNanos()));
    assertThat(rig.client.overs).isEmpty();
    assertThat(isFree(rig.client.associated.getFirst())).isFalse();
    rig.run(other::cancel);
    assertThat(rig.associations.size()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void associationsOfALoopShareItsMemory(Kind kind) {
    CommandRig rig = open(kind);
    rig.run(() -> assertThat(rig.commands.datagrams()).isSameAs(rig.commands.datagrams()));
  }
}
