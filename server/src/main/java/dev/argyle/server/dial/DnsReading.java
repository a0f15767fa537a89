package dev.argyle.server.dial;

import dev.argyle.server.dial.NameResolver.Addresses;
import dev.argyle.server.dial.NameResolver.NoAddresses;
import dev.argyle.server.dial.NameServers.Reply;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.dns.DefaultDnsRecordDecoder;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a name server's response to a question. Only records of the question's name, and of the
 * aliases that start at it, are used. No I/O; the response is not released.
 */
sealed interface DnsReading {

  /** Aliases (CNAME) followed for one question, over all its responses. */
  int MAX_ALIASES = 16;

  /** RFC 2181, section 8: a TTL with its top bit set is zero. */
  long MAX_WIRE_TTL_SECONDS = Integer.MAX_VALUE;

  /** The question is answered. */
  record Answered(Reply reply) implements DnsReading {}

  /**
   * The response ends at an alias without addresses: the alias has to be asked for.
   *
   * @param ttlSeconds of the aliases so far
   */
  record AliasOf(String name, int aliases, long ttlSeconds) implements DnsReading {}

  /** This server failed; another may answer. */
  record ServerFailed(String why) implements DnsReading {}

  /**
   * @param name whose addresses are asked for, the client's or an alias's target, as {@link
   *     HostName.Name} has it
   * @param aliases followed before this response
   * @param ttlSeconds of those aliases; {@link #MAX_WIRE_TTL_SECONDS} where there was none
   */
  static DnsReading read(
      DnsResponse response, String name, Family family, int aliases, long ttlSeconds) {
    boolean noSuchName = response.code().equals(DnsResponseCode.NXDOMAIN);
    if (!noSuchName && !response.code().equals(DnsResponseCode.NOERROR)) {
      return new ServerFailed(response.code().toString());
    }
    String owner = name;
    long ttl = ttlSeconds;
    int followed = aliases;
    DnsRawRecord alias = alias(response, owner);
    while (alias != null) {
      String target = target(alias);
      if (target == null || ++followed > MAX_ALIASES) {
        return new ServerFailed("an alias that leads nowhere");
      }
      owner = target;
      ttl = Math.min(ttl, ttl(alias));
      alias = alias(response, owner);
    }
    List<InetAddress> addresses = new ArrayList<>();
    ttl = Math.min(ttl, addresses(response, owner, family, addresses));
    if (!addresses.isEmpty()) {
      return new Answered(new Reply(new Addresses(addresses), ttl));
    }
    long negativeSeconds = Math.min(ttl, negativeTtl(response));
    boolean complete = noSuchName || owner.equals(name) || negativeSeconds > 0;
    return complete
        ? new Answered(new Reply(new NoAddresses(), negativeSeconds))
        : new AliasOf(owner, followed, ttl);
  }

  private static @Nullable DnsRawRecord alias(DnsResponse response, String owner) {
    for (int i = 0; i < response.count(DnsSection.ANSWER); i++) {
      DnsRecord record = response.recordAt(DnsSection.ANSWER, i);
      if (record.type().equals(DnsRecordType.CNAME)
          && record instanceof DnsRawRecord raw
          && owner.equals(HostName.normal(record.name()))) {
        return raw;
      }
    }
    return null;
  }

  private static @Nullable String target(DnsRawRecord alias) {
    try {
      String text = DefaultDnsRecordDecoder.decodeName(alias.content().duplicate());
      return HostName.alias(text);
    } catch (CorruptedFrameException e) {
      return null;
    }
  }

  /** Collects the owner's addresses and answers their lowest TTL. */
  private static long addresses(
      DnsResponse response, String owner, Family family, List<InetAddress> found) {
    DnsRecordType type = type(family);
    long ttl = MAX_WIRE_TTL_SECONDS;
    for (int i = 0; i < response.count(DnsSection.ANSWER); i++) {
      DnsRecord record = response.recordAt(DnsSection.ANSWER, i);
      if (record.type().equals(type)
          && record instanceof DnsRawRecord raw
          && found.size() < AddressPlan.MAX_ADDRESSES
          && owner.equals(HostName.normal(record.name()))) {
        InetAddress address = address(raw.content(), family);
        if (address != null) {
          found.add(address);
          ttl = Math.min(ttl, ttl(record));
        }
      }
    }
    return ttl;
  }

  private static @Nullable InetAddress address(ByteBuf octets, Family family) {
    int length = family == Family.IPV6 ? 16 : 4;
    if (octets.readableBytes() != length) {
      return null;
    }
    byte[] address = new byte[length];
    octets.getBytes(octets.readerIndex(), address);
    try {
      return InetAddress.getByAddress(address);
    } catch (UnknownHostException e) {
      throw new AssertionError("an address has 4 or 16 octets", e);
    }
  }

  /** RFC 2308, section 5: the lower of the SOA record's TTL and its MINIMUM; 0 without SOA. */
  private static long negativeTtl(DnsResponse response) {
    for (int i = 0; i < response.count(DnsSection.AUTHORITY); i++) {
      DnsRecord record = response.recordAt(DnsSection.AUTHORITY, i);
      if (record.type().equals(DnsRecordType.SOA)
          && record instanceof DnsRawRecord raw
          && raw.content().readableBytes() >= Integer.BYTES) {
        // MINIMUM is the last field (RFC 1035, section 3.3.13)
        long minimum = raw.content().getUnsignedInt(raw.content().writerIndex() - Integer.BYTES);
        return Math.min(ttl(record), minimum > MAX_WIRE_TTL_SECONDS ? 0 : minimum);
      }
    }
    return 0;
  }

  private static long ttl(DnsRecord record) {
    long ttl = record.timeToLive();
    return ttl > MAX_WIRE_TTL_SECONDS ? 0 : ttl;
  }

  static DnsRecordType type(Family family) {
    return switch (family) {
      case IPV6 -> DnsRecordType.AAAA;
      case IPV4 -> DnsRecordType.A;
    };
  }
}
