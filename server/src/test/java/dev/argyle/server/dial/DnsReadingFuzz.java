package dev.argyle.server.dial;

import dev.argyle.server.dial.NameResolver.Addresses;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseDecoder;
import io.netty.handler.codec.dns.DnsSection;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Fuzz target: a name server's datagram, as Netty decodes it, and what we read in it. The first
 * octet says how many aliases were followed before, its top bit which family was asked for; the
 * question was about {@code a.example}.
 */
public final class DnsReadingFuzz {

  private static final InetSocketAddress SERVER = new InetSocketAddress("127.0.0.1", 53);
  private static final InetSocketAddress US = new InetSocketAddress("127.0.0.1", 5353);

  private DnsReadingFuzz() {}

  /** Called by Jazzer and by {@code CorpusTest}. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    Family family = input[0] < 0 ? Family.IPV6 : Family.IPV4;
    int aliases = input[0] & 0x0F;
    DatagramDnsResponse response = decoded(Arrays.copyOfRange(input, 1, input.length));
    if (response == null) {
      return;
    }
    try {
      DnsReading reading =
          DnsReading.read(response, "a.example", family, aliases, DnsReading.MAX_WIRE_TTL_SECONDS);
      check(response.refCnt() == 1, "released");
      check(holds(reading, family, aliases), reading.toString());
      DnsReading again =
          DnsReading.read(response, "a.example", family, aliases, DnsReading.MAX_WIRE_TTL_SECONDS);
      check(reading.equals(again), "read again: " + again);
      check(response.count(DnsSection.ANSWER) > 0 || !hasAddresses(reading), "out of thin air");
    } finally {
      response.release();
    }
  }

  private static boolean holds(DnsReading reading, Family family, int aliases) {
    return switch (reading) {
      case DnsReading.Answered(NameServers.Reply reply) ->
          reply.ttlSeconds() >= 0
              && reply.ttlSeconds() <= DnsReading.MAX_WIRE_TTL_SECONDS
              && (!(reply.answer() instanceof Addresses found)
                  || !found.addresses().isEmpty()
                      && found.addresses().size() <= AddressPlan.MAX_ADDRESSES
                      && found.addresses().stream().allMatch(one -> isOf(one, family)));
      case DnsReading.AliasOf(String name, int followed, long ttlSeconds) ->
          name.equals(HostName.alias(name))
              && followed > aliases
              && followed <= DnsReading.MAX_ALIASES
              && ttlSeconds >= 0
              && ttlSeconds <= DnsReading.MAX_WIRE_TTL_SECONDS;
      case DnsReading.ServerFailed(String why) -> !why.isBlank();
    };
  }

  /** A mapped address in an AAAA record is an IPv4 address to Java, and to the rules. */
  private static boolean isOf(InetAddress address, Family family) {
    return family == Family.IPV6 || !(address instanceof Inet6Address);
  }

  private static boolean hasAddresses(DnsReading reading) {
    return reading instanceof DnsReading.Answered(NameServers.Reply reply)
        && reply.answer() instanceof Addresses;
  }

  /** Null: Netty sees no response in it. */
  private static @Nullable DatagramDnsResponse decoded(byte[] octets) {
    EmbeddedChannel channel = new EmbeddedChannel(new DatagramDnsResponseDecoder());
    try {
      channel.writeInbound(new DatagramPacket(Unpooled.wrappedBuffer(octets), US, SERVER));
      return channel.readInbound();
    } catch (DecoderException | IndexOutOfBoundsException | IllegalArgumentException notADatagram) {
      return null; // and Netty's resolver drops it
    } finally {
      channel.finishAndReleaseAll();
    }
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
