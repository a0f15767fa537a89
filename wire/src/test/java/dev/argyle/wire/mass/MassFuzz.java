package dev.argyle.wire.mass;

import dev.argyle.wire.Fuzzed;
import dev.argyle.wire.Fuzzed.Written;
import dev.argyle.wire.socks.Credentials;
import dev.argyle.wire.socks.CredentialsReply;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Fuzz target: what a client sends (the first octet is 0), or what a server sends to a client that
 * asked for something (the index and 1; with the top bit, counters are little-endian).
 */
public final class MassFuzz {

  private MassFuzz() {}

  /** Called by Jazzer and by {@code CorpusTest}. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    ByteBuffer in = ByteBuffer.wrap(input).position(1);
    if (input[0] == 0) {
      client(in);
    } else {
      MassIndex[] indexes = MassIndex.values();
      MassIndex index = indexes[((input[0] & 0x7F) + indexes.length - 1) % indexes.length];
      server(in, index, input[0] < 0 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    }
  }

  private static void client(ByteBuffer in) {
    MassGreeting greeting =
        Fuzzed.message(
            MassGreeting::read,
            in,
            any -> any.offered().isEmpty() ? Written.NOT_AT_ALL : Written.SAME_MESSAGE);
    if (greeting == null) {
      return;
    }
    if (greeting.offered().contains(MassMethod.PASSWORD)
        && Fuzzed.message(Credentials::read, in, _ -> Written.SAME_OCTETS) == null) {
      return;
    }
    Fuzzed.message(MassRequest::read, in, MassFuzz::written);
  }

  private static Written written(MassRequest request) {
    return switch (request) {
      case MassRequest.Read _, MassRequest.AddUser _, MassRequest.DeleteUser _ ->
          Written.SAME_OCTETS;
      case MassRequest.DisableAuthentication _, MassRequest.DisableDissectors _ ->
          Written.SAME_MESSAGE; // any octet but 0 turns off
    };
  }

  private static void server(ByteBuffer in, MassIndex index, ByteOrder order) {
    MassChoice choice = Fuzzed.message(MassChoice::read, in, _ -> Written.SAME_OCTETS);
    if (choice == null) {
      return;
    }
    if (choice == MassChoice.PASSWORD
        && Fuzzed.message(CredentialsReply::read, in, _ -> Written.SAME_MESSAGE) == null) {
      return;
    }
    MassRequest request =
        index.isRead() ? new MassRequest.Read(index) : new MassRequest.DisableDissectors(true);
    Fuzzed.message(
        octets -> MassReply.read(octets, request, order),
        in,
        reply -> reply instanceof MassReply.Indexes ? Written.SAME_MESSAGE : Written.SAME_OCTETS);
  }
}
