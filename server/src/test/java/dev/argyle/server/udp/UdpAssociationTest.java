package dev.argyle.server.udp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.udp.RecordingLoop.RecordingPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What an association does with datagrams, told with sockets that are lists. */
@Tag("play")
class UdpAssociationTest extends UdpAssociationCase {

  @Test
  void payloadGoesOutWithoutItsHeaderAndTheAnswerGetsOne() {
    clientSends(TO_REMOTE + "aabb", TO_REMOTE);
    assertThat(remotes().sent).containsExactly("198.51.100.7:53 aabb", "198.51.100.7:53 ");
    remotes().comes(REMOTE, new byte[] {1, 2, 3});
    remotes().ready();
    assertThat(client.sent).containsExactly("192.0.2.1:4000 " + TO_REMOTE + "010203");
    assertThat(owner.up).isEqualTo(2);
    assertThat(owner.down).isEqualTo(3);
    assertThat(loop.count(Counter.UDP_DATAGRAMS_UP)).isEqualTo(2);
    assertThat(loop.count(Counter.UDP_DATAGRAMS_DOWN)).isEqualTo(1);
  }

  @Test
  void ipv6HasASocketAndAHeaderOfItsOwn() {
    String to = "00000004" + "20010db8000000000000000000000001" + "0035";
    clientSends(TO_REMOTE + "04", to + "06");
    assertThat(loop.opened).hasSize(3);
    RecordingPort six = loop.opened.get(2);
    assertThat(six.sent).containsExactly("2001:db8:0:0:0:0:0:1:53 06");
    six.comes(at("2001:db8::1", 53), new byte[] {7});
    six.ready();
    assertThat(client.sent).containsExactly("192.0.2.1:4000 " + to + "07");
  }

  @Test
  void aMappedAddressIsTheIpv4AddressThatItMaps() {
    clientSends("00000004" + "00000000000000000000ffffc6336407" + "0035" + "aa");
    assertThat(remotes().sent).containsExactly("198.51.100.7:53 aa");
  }

  @Test
  void theFirstDatagramThatMakesSenseFixesThePort() {
    client.comes(at("192.0.2.1", 4001), new byte[3]);
    client.comes(at("192.0.2.2", 4000), HexFormat.of().parseHex(TO_REMOTE));
    clientSends(TO_REMOTE + "01");
    client.comes(at("192.0.2.1", 4001), HexFormat.of().parseHex(TO_REMOTE));
    client.ready();
    assertThat(remotes().sent).hasSize(1);
    assertThat(loop.count(Counter.UDP_DROPPED_MALFORMED)).isEqualTo(1);
    assertThat(loop.count(Counter.UDP_DROPPED_WRONG_SOURCE)).isEqualTo(2);
    assertThat(loop.count(Counter.UDP_DATAGRAMS_DROPPED)).isEqualTo(3);
  }

  @Test
  void aNamedPortIsTheOnlyOne() {
    association = associate(4321);
    clientSends(TO_REMOTE);
    assertThat(loop.opened).hasSize(1);
    client.comes(at("192.0.2.1", 4321), HexFormat.of().parseHex(TO_REMOTE));
    client.ready();
    assertThat(remotes().sent).hasSize(1);
  }

  @Test
  void whatItsSealDoesNotVouchForIsDroppedAndCountedApart() {
    association =
        new UdpAssociation(
            loop,
            user,
            client,
            new InetSocketAddress(CLIENT.getAddress(), 0),
            owner,
            new OddSeal());
    assertThat(association.start()).isTrue();
    clientSends(TO_REMOTE + "aa", TO_REMOTE + "aabb", TO_REMOTE + "cc");
    assertThat(remotes().sent).containsExactly("198.51.100.7:53 aabb");
    assertThat(loop.count(Counter.UDP_DROPPED_SEAL)).isEqualTo(2);
    assertThat(loop.count(Counter.UDP_DROPPED_MALFORMED)).isZero();
    assertThat(loop.count(Counter.UDP_DATAGRAMS_DROPPED)).isEqualTo(2);
  }

  /** Takes datagrams of an even length for genuine. */
  private static final class OddSeal implements DatagramSeal {
    @Override
    public int unwrap(ByteBuffer memory, int at, int octets) {
      return octets % 2 == 0 ? octets : NOTHING;
    }

    @Override
    public int wrap(ByteBuffer memory, int at, int octets) {
      return octets;
    }
  }

  @Test
  void whatMakesNoSenseIsDropped() {
    clientSends(
        "",
        "000000",
        "0001" + TO_REMOTE.substring(4),
        "00000002c63364070035",
        "00000001c63364070000");
    assertThat(loop.opened).hasSize(1);
    assertThat(loop.count(Counter.UDP_DROPPED_MALFORMED)).isEqualTo(5);
  }

  @Test
  void onlyRemotesThatWereWrittenToMayAnswer() {
    clientSends(TO_REMOTE);
    remotes().comes(at("198.51.100.8", 53), new byte[1]);
    remotes().comes(at("198.51.100.7", 54), new byte[1]);
    remotes().ready();
    assertThat(client.sent).containsExactly("192.0.2.1:4000 00000001c6336407003600");
    assertThat(loop.count(Counter.UDP_DROPPED_STRANGER)).isEqualTo(1);
    owner.fullCone = true;
    remotes().comes(at("198.51.100.8", 53), new byte[1]);
    remotes().ready();
    assertThat(client.sent).hasSize(2);
  }

  @Test
  void rulesAreAskedOnceADestinationAndAgainWhenTheyChange() {
    clientSends(TO_REMOTE, TO_REMOTE, "00000001c63364080035", TO_REMOTE);
    assertThat(owner.asked).hasSize(2);
    owner.rules = new Object();
    owner.denies = true;
    clientSends(TO_REMOTE, TO_REMOTE);
    assertThat(owner.asked).hasSize(3);
    assertThat(remotes().sent).hasSize(4);
    assertThat(loop.count(Counter.UDP_DROPPED_DENIED)).isEqualTo(2);
  }

  @Test
  void aReloadWithTheSameRulesStopsNoStreamOfAnotherRemote() {
    clientSends(TO_REMOTE, "00000001c63364080035");
    owner.rules = new Object();
    clientSends("00000001c63364080035");
    remotes().comes(REMOTE, new byte[] {1});
    remotes().ready();
    assertThat(client.sent).containsExactly("192.0.2.1:4000 " + TO_REMOTE + "01");
    assertThat(owner.asked).as("nothing is looked up again").hasSize(2);
  }

  @Test
  void aRemoteThatNewRulesDenyIsCutOffAtOnceThoughTheClientIsSilent() {
    clientSends(TO_REMOTE);
    remotes().comes(REMOTE, new byte[] {1});
    remotes().ready();
    assertThat(client.sent).hasSize(1);
    owner.rules = new Object();
    owner.denies = true;
    remotes().comes(REMOTE, new byte[] {2});
    remotes().ready();
    assertThat(client.sent).hasSize(1);
    assertThat(loop.count(Counter.UDP_DROPPED_STRANGER)).isEqualTo(1);
    owner.rules = new Object();
    owner.denies = false;
    clientSends(TO_REMOTE);
    remotes().comes(REMOTE, new byte[] {3});
    remotes().ready();
    assertThat(client.sent).hasSize(2);
  }

  @Test
  void whatWaitsForANameIsPutToTheRulesOfNow() {
    clientSends("00000003" + "0161" + "0035" + "01");
    owner.rules = new Object();
    owner.denies = true;
    owner.waiting.getFirst().found(InetAddress.ofLiteral("198.51.100.7"), null);
    assertThat(loop.opened.stream().skip(1).flatMap(port -> port.sent.stream())).isEmpty();
    assertThat(loop.count(Counter.UDP_DROPPED_UNRESOLVED) + loop.count(Counter.UDP_DROPPED_DENIED))
        .isEqualTo(1);
    assertThat(user.held.get()).isZero();
  }

  @Test
  void entriesOfRemotesThatAreCutOffAreGivenBack() {
    for (int i = 0; i < 2 * Recent.OWN; i++) {
      clientSends("00000001" + "c633" + "%04x".formatted(i) + "0035");
    }
    owner.rules = new Object();
    owner.denies = true;
    for (int i = 0; i < 2 * Recent.OWN; i++) {
      remotes().comes(at("198.51.0." + i, 53), new byte[1]);
    }
    remotes().ready();
    association.close();
    assertThat(user.known.get()).isZero();
  }

  @Test
  void datagramsToANameKeepTheirOrderWhileItIsResolved() {
    String toName = "00000003" + "0161" + "0035";
    clientSends(toName + "01", TO_REMOTE + "02", toName + "03");
    assertThat(remotes().sent).containsExactly("198.51.100.7:53 02");
    owner.waiting.getFirst().found(InetAddress.ofLiteral("198.51.100.7"), null);
    clientSends(toName + "04");
    assertThat(remotes().sent)
        .containsExactly(
            "198.51.100.7:53 02", "198.51.100.7:53 01", "198.51.100.7:53 03", "198.51.100.7:53 04");
    assertThat(owner.asked).hasSize(2);
    assertThat(user.held.get()).isZero();
  }

  @Test
  void nameThatIsNotResolvedDropsWhatWaited() {
    clientSends("00000003" + "0161" + "0035" + "01");
    owner.waiting.getFirst().dropped(Counter.UDP_DROPPED_UNRESOLVED);
    assertThat(loop.count(Counter.UDP_DROPPED_UNRESOLVED)).isEqualTo(1);
    assertThat(user.held.get()).isZero();
  }

  @Test
  void sixteenDatagramsWaitForANameAndNoMore() {
    String toName = "00000003" + "0161" + "0035";
    for (int i = 0; i < Route.MAX_WAITING + 1; i++) {
      clientSends(toName + "00".repeat(10));
    }
    assertThat(loop.count(Counter.UDP_DROPPED_QUEUE_FULL)).isEqualTo(1);
    assertThat(user.held.get())
        .isEqualTo(Route.NAME_OCTETS + Route.MAX_WAITING * (10 + Route.DATAGRAM_OCTETS));
    association.close();
    assertThat(owner.givenUp).isEqualTo(1);
    assertThat(loop.count(Counter.UDP_DROPPED_UNRESOLVED)).isEqualTo(Route.MAX_WAITING);
    assertThat(user.held.get()).isZero();
  }

  @Test
  void waitingOctetsAreBoundedToo() {
    String toName = "00000003" + "0161" + "0035";
    clientSends(toName + "00".repeat(60_000), toName + "00".repeat(5_536), toName + "00");
    assertThat(user.held.get())
        .isEqualTo(Route.NAME_OCTETS + Route.MAX_WAITING_OCTETS + 2 * Route.DATAGRAM_OCTETS);
    assertThat(loop.count(Counter.UDP_DROPPED_QUEUE_FULL)).isEqualTo(1);
  }

  @Test
  void destinationsAreRememberedUpToABound() {
    for (int i = 0; i <= Routes.MAX_KNOWN; i++) {
      clientSends("00000001" + "c633" + "%04x".formatted(i) + "0035");
    }
    clientSends("00000001c63300010035", "00000001c63300000035"); // kept, forgotten
    assertThat(owner.asked).hasSize(Routes.MAX_KNOWN + 2);
  }

  @Test
  void fragmentsArePutTogetherAndAWholeDatagramAbandonsThem() {
    String first = "00000101c63364070035";
    String last = "00008201c63364070035";
    clientSends(first + "aa", last + "bb", first + "cc", TO_REMOTE + "dd", last + "ee");
    assertThat(remotes().sent).containsExactly("198.51.100.7:53 aabb", "198.51.100.7:53 dd");
    assertThat(loop.count(Counter.UDP_DROPPED_FRAGMENTS)).isEqualTo(2);
    assertThat(user.held.get()).isZero();
  }

  @Test
  void twoWholeSequencesOfOneBatchAreTwoDatagrams() {
    clientSends("00008101c63364070035aa", "00008101c63364070035bb");
    assertThat(remotes().sent).containsExactly("198.51.100.7:53 aa", "198.51.100.7:53 bb");
  }

  @Test
  void garbageDoesNotKeepAnAssociation() {
    long before = association.lastActiveNanos();
    owner.denies = true;
    clientSends("", TO_REMOTE, "00000101c63364070035");
    assertThat(association.lastActiveNanos()).isEqualTo(before);
    owner.denies = false;
    owner.rules = new Object();
    loop.nanos++;
    clientSends(TO_REMOTE);
    assertThat(association.lastActiveNanos()).isGreaterThan(before);
  }

  @Test
  void moreThanABatchIsTaken() {
    for (int i = 0; i < 10 * Inbox.SLOTS + 1; i++) {
      client.comes(CLIENT, HexFormat.of().parseHex(TO_REMOTE));
    }
    client.ready();
    loop.giveTurns();
    assertThat(remotes().sent).hasSize(10 * Inbox.SLOTS + 1);
  }

  @Test
  void withoutASocketTowardsRemotesDatagramsAreDropped() {
    loop.refuses = true;
    clientSends(TO_REMOTE);
    assertThat(loop.count(Counter.UDP_DROPPED_NO_SOCKET)).isEqualTo(1);
    assertThat(loop.count(Counter.DESCRIPTOR_SHORTAGES)).isEqualTo(1);
  }

  @Test
  void bugEndsItsAssociationAloneAndIsToldToTheOwner() {
    clientSends(TO_REMOTE + "aa");
    Error bug = new LinkageError("a bug");
    client.onBug(bug); // as a socket or a turn tells it
    assertThat(owner.bug).isSameAs(bug);
    assertThat(loop.opened).hasSize(2).allMatch(port -> port.closed);
    assertThat(loop.busy).isFalse();
    assertThat(loop.outbox.count).isZero();
    clientSends(TO_REMOTE + "bb");
    assertThat(remotes().sent).containsExactly("198.51.100.7:53 aa");
  }

  @Test
  void whatAnOwnerThrowsLeavesNothingInTheMemoryOfTheLoop() {
    clientSends("00000003" + "0161" + "0035" + "01");
    owner.breaks = true;
    client.comes(CLIENT, HexFormat.of().parseHex(TO_REMOTE + "aa"));
    client.guard(client::ready);
    assertThat(owner.bug).hasMessage("a bug");
    assertThat(loop.busy).isFalse();
    assertThat(loop.outbox.count).isZero();
    assertThat(user.held.get()).isZero();
    assertThat(owner.givenUp).isEqualTo(1);
  }

  @Test
  void theEndClosesEverySocket() {
    clientSends(TO_REMOTE, "00000004" + "20010db8000000000000000000000001" + "0035");
    association.close();
    association.close();
    assertThat(loop.opened).hasSize(3).allMatch(port -> port.closed);
  }
}
