package dev.argyle.wire;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Values that several protocols' properties draw from. */
public final class Arbitrarily {

  private Arbitrarily() {}

  /** 0 to {@code max} octets of any kind. */
  public static Arbitrary<byte[]> octets(int min, int max) {
    return Arbitraries.bytes().array(byte[].class).ofMinSize(min).ofMaxSize(max);
  }

  /** Octets that often are what protocols give a meaning to, so that readers get far. */
  public static Arbitrary<byte[]> likelyOctets(int max) {
    Arbitrary<Byte> likely =
        Arbitraries.frequencyOf(
            Tuple.of(6, Arbitraries.bytes().between((byte) 0, (byte) 5)),
            Tuple.of(1, Arbitraries.of((byte) 0xD0, (byte) 0xBE, (byte) 0xFF)),
            Tuple.of(2, Arbitraries.bytes()));
    return likely.array(byte[].class).ofMaxSize(max);
  }

  /** A message with one octet changed, or none. */
  public static Arbitrary<byte[]> damaged(Arbitrary<? extends Writable> messages) {
    return Combinators.combine(
            messages, Arbitraries.integers().between(0, 600), Arbitraries.bytes(), octets(0, 4))
        .as(
            (message, at, octet, trailing) -> {
              byte[] all = ReaderContract.concatenated(message.octets(), trailing);
              if (at < all.length) {
                all[at] = octet;
              } else {
                all[at % Math.min(all.length, 8)] = octet;
              }
              return all;
            });
  }

  public static Arbitrary<Destination> destinations() {
    return Combinators.combine(hosts(), Arbitraries.integers().between(0, 0xFFFF))
        .as(Destination::new);
  }

  public static Arbitrary<Host> hosts() {
    Arbitrary<Host> four = octets(4, 4).map(octets -> new Host.Ipv4((Inet4Address) of(octets)));
    Arbitrary<Host> six = octets(16, 16).map(octets -> new Host.Ipv6(sixOf(octets)));
    Arbitrary<Host> mapped =
        octets(4, 4)
            .map(
                octets ->
                    new Host.Ipv6(
                        sixOf(
                            ReaderContract.concatenated(
                                new byte[10], new byte[] {-1, -1}, octets))));
    Arbitrary<Host> name = names(255).map(Host.Name::new);
    return Arbitraries.oneOf(four, six, mapped, name);
  }

  /** 1 to {@code max} characters up to U+00FF; the shortest and the longest are frequent. */
  public static Arbitrary<String> names(int max) {
    return Arbitraries.strings().withCharRange('\0', '\u00FF').ofMinLength(1).ofMaxLength(max);
  }

  /** Any user's name, as replies have it. */
  public static Arbitrary<UserName> userNames() {
    return Arbitraries.bytes()
        .array(byte[].class)
        .ofMinSize(1)
        .ofMaxSize(UserName.MAX_OCTETS)
        .map(UserName::of);
  }

  /** A user's name as requests have it. */
  public static Arbitrary<UserName> asciiNames(int max) {
    return Arbitraries.strings()
        .withCharRange('\0', '\u007F')
        .ofMinLength(1)
        .ofMaxLength(max)
        .map(UserName::of);
  }

  public static Arbitrary<Password> passwords(int max) {
    return Arbitraries.bytes()
        .between((byte) 0, (byte) 0x7F)
        .array(byte[].class)
        .ofMinSize(1)
        .ofMaxSize(max)
        .map(Password::new);
  }

  /** 0 to 4294967295. */
  public static Arbitrary<Long> numbers() {
    return Arbitraries.longs().between(0, 0xFFFF_FFFFL);
  }

  private static InetAddress of(byte[] octets) {
    try {
      return InetAddress.getByAddress(octets);
    } catch (UnknownHostException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static Inet6Address sixOf(byte[] octets) {
    try {
      return Inet6Address.getByAddress(null, octets, -1);
    } catch (UnknownHostException impossible) {
      throw new AssertionError(impossible);
    }
  }
}
