package dev.argyle.wire.socks;

import dev.argyle.wire.Fuzzed;
import dev.argyle.wire.Fuzzed.Written;
import java.nio.ByteBuffer;

/**
 * Fuzz target: what a client sends (the first octet is 0), what a server sends (1), a datagram (2).
 */
public final class SocksFuzz {

  private SocksFuzz() {}

  /** Called by Jazzer and by {@code CorpusTest}. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    ByteBuffer in = ByteBuffer.wrap(input).position(1);
    switch (input[0] % 3) {
      case 0 -> client(in);
      case 1 -> server(in);
      default -> datagram(in);
    }
  }

  private static void client(ByteBuffer in) {
    Greeting greeting =
        Fuzzed.message(
            Greeting::read,
            in,
            any -> any.offered().isEmpty() ? Written.NOT_AT_ALL : Written.SAME_MESSAGE);
    if (greeting == null) {
      return;
    }
    if (greeting.offered().contains(Method.PASSWORD)
        && Fuzzed.message(Credentials::read, in, _ -> Written.SAME_OCTETS) == null) {
      return;
    }
    Fuzzed.message(Request::read, in, _ -> Written.SAME_OCTETS);
  }

  private static void server(ByteBuffer in) {
    MethodChoice choice = Fuzzed.message(MethodChoice::read, in, _ -> Written.SAME_OCTETS);
    if (choice == null) {
      return;
    }
    if (choice == MethodChoice.PASSWORD
        && Fuzzed.message(CredentialsReply::read, in, _ -> Written.SAME_MESSAGE) == null) {
      return;
    }
    if (Fuzzed.message(Reply::read, in, _ -> Written.SAME_OCTETS) != null) {
      Fuzzed.message(Reply::read, in, _ -> Written.SAME_OCTETS); // a BIND has two
    }
  }

  private static void datagram(ByteBuffer in) {
    int measured = UdpHeader.lengthIn(in, in.position(), in.remaining());
    UdpHeader header = Fuzzed.datagram(UdpHeader::read, in, _ -> Written.SAME_OCTETS);
    int read = header == null ? 0 : header.length();
    Fuzzed.check(measured == read, "measured as %d, read as %d octets", measured, read);
  }
}
