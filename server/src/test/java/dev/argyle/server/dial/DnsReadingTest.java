package dev.argyle.server.dial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.dial.DnsReading.AliasOf;
import dev.argyle.server.dial.DnsReading.Answered;
import dev.argyle.server.dial.DnsReading.ServerFailed;
import dev.argyle.server.dial.NameResolver.Addresses;
import dev.argyle.server.dial.NameResolver.NoAddresses;
import dev.argyle.server.dial.NameServers.Reply;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DefaultDnsResponse;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class DnsReadingTest {

  private final DnsResponse response = new DefaultDnsResponse(1);

  private DnsReading read() {
    return DnsReading.read(response, "a.example", Family.IPV4, 0, DnsReading.MAX_WIRE_TTL_SECONDS);
  }

  @AfterEach
  void release() {
    assertThat(response.refCnt()).as("reading does not release").isEqualTo(1);
    response.release();
  }

  @Test
  void addressesLiveAsLongAsTheShortest() {
    address("a.example.", "192.0.2.1", 300);
    address("A.Example.", "192.0.2.2", 60);
    assertThat(read()).isEqualTo(addresses(60, "192.0.2.1", "192.0.2.2"));
  }

  @Test
  void aliasesAreFollowedInAnyOrderAndShortenTheTime() {
    address("c.example.", "192.0.2.1", 300);
    alias("b.example.", "c.example", 20);
    alias("a.example.", "B.example", 100);
    assertThat(read()).isEqualTo(addresses(20, "192.0.2.1"));
  }

  @Test
  void recordsThatNobodyAskedForAreNotBelieved() {
    address("bank.example.", "192.0.2.66", 300);
    response.addRecord(
        DnsSection.ANSWER,
        new DefaultDnsRawRecord(
            "a.example.", DnsRecordType.AAAA, 300, Unpooled.wrappedBuffer(new byte[16])));
    response.addRecord(
        DnsSection.ANSWER,
        new DefaultDnsRawRecord(
            "a.example.", DnsRecordType.A, 300, Unpooled.wrappedBuffer(new byte[3])));
    assertThat(read()).isEqualTo(none(0));
  }

  @Test
  void anAliasWithoutAddressesHasToBeAskedFor() {
    alias("a.example.", "b.example", 40);
    assertThat(read()).isEqualTo(new AliasOf("b.example", 1, 40));
  }

  @Test
  void anAliasWhoseTargetIsKnownToHaveNoneIsAnAnswer() {
    alias("a.example.", "b.example", 40);
    soa(600, 500);
    assertThat(read()).isEqualTo(none(40));
  }

  @Test
  void aliasesInACircleEnd() {
    alias("a.example.", "b.example", 40);
    alias("b.example.", "a.example", 40);
    assertThat(read()).isInstanceOf(ServerFailed.class);
  }

  @Test
  void aliasesOverSeveralResponsesAreCounted() {
    alias("a.example.", "b.example", 40);
    assertThat(DnsReading.read(response, "a.example", Family.IPV4, 15, 7))
        .isEqualTo(new AliasOf("b.example", 16, 7));
    assertThat(DnsReading.read(response, "a.example", Family.IPV4, 16, 7))
        .isInstanceOf(ServerFailed.class);
  }

  @Test
  void anAliasThatIsNoNameIsAServersFailure() {
    alias("a.example.", "not a name", 40);
    assertThat(read()).isInstanceOf(ServerFailed.class);
  }

  @Test
  void anAliasOfGarbageIsAServersFailure() {
    response.addRecord(
        DnsSection.ANSWER,
        new DefaultDnsRawRecord(
            "a.example.",
            DnsRecordType.CNAME,
            40,
            Unpooled.wrappedBuffer(new byte[] {(byte) 0xC0, 0x7F})));
    assertThat(read()).isInstanceOf(ServerFailed.class);
  }

  @Test
  void aDenialLivesAsLongAsTheZoneSays() {
    response.setCode(DnsResponseCode.NXDOMAIN);
    soa(600, 25);
    assertThat(read()).isEqualTo(none(25));
  }

  @Test
  void aDenialLivesNoLongerThanTheZonesOwnRecord() {
    soa(10, 25);
    assertThat(read()).isEqualTo(none(10));
  }

  @Test
  void aDenialWithoutZoneIsNotRemembered() {
    response.setCode(DnsResponseCode.NXDOMAIN);
    assertThat(read()).isEqualTo(none(0));
  }

  @Test
  void otherCodesAreAServersFailure() {
    for (DnsResponseCode code :
        List.of(DnsResponseCode.SERVFAIL, DnsResponseCode.REFUSED, DnsResponseCode.FORMERR)) {
      response.setCode(code);
      assertThat(read()).isInstanceOf(ServerFailed.class);
    }
  }

  @Test
  void aNameHasABoundedNumberOfAddresses() {
    for (int i = 0; i < 200; i++) {
      address("a.example.", "192.0.2." + i, 60);
    }
    assertThat(read())
        .isInstanceOfSatisfying(
            Answered.class,
            answered ->
                assertThat(((Addresses) answered.reply().answer()).addresses())
                    .hasSize(AddressPlan.MAX_ADDRESSES));
  }

  private void address(String owner, String literal, long ttl) {
    response.addRecord(
        DnsSection.ANSWER,
        new DefaultDnsRawRecord(
            owner,
            DnsRecordType.A,
            ttl,
            Unpooled.wrappedBuffer(Literals.ip(literal).getAddress())));
  }

  private void alias(String owner, String target, long ttl) {
    response.addRecord(DnsSection.ANSWER, DnsServerForTests.alias(owner, target, ttl));
  }

  private void soa(long ttl, int minimum) {
    response.addRecord(DnsSection.AUTHORITY, DnsServerForTests.soa(ttl, minimum));
  }

  private static DnsReading addresses(long ttl, String... literals) {
    return new Answered(
        new Reply(
            new Addresses(java.util.Arrays.stream(literals).map(Literals::ip).toList()), ttl));
  }

  private static DnsReading none(long ttl) {
    return new Answered(new Reply(new NoAddresses(), ttl));
  }
}
