package dev.argyle.wire.bottler;

import dev.argyle.wire.Fuzzed;
import dev.argyle.wire.Fuzzed.Written;
import dev.argyle.wire.Password;
import dev.argyle.wire.UserName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Fuzz target: a datagram to the server (the first octet is 0), or its answer to one of the
 * requests (its command and 1).
 */
public final class BottlerFuzz {

  private static final List<BottlerRequest> REQUESTS = requests();

  private BottlerFuzz() {}

  private static List<BottlerRequest> requests() {
    UserName ana = UserName.of("ana");
    Password password = new Password("lluvia-7".getBytes(StandardCharsets.US_ASCII));
    List<BottlerRequest> requests = new ArrayList<>(List.of(BottlerRequest.Plain.values()));
    requests.add(new BottlerRequest.SetBufferSize(4096));
    requests.add(new BottlerRequest.SetTimeout(60));
    requests.add(new BottlerRequest.ListUsers(0));
    requests.add(new BottlerRequest.LastConnection(ana));
    requests.add(new BottlerRequest.RenameUser(ana, ana));
    requests.add(new BottlerRequest.SetPassword(ana, password));
    requests.add(new BottlerRequest.AddUser(ana, password));
    requests.add(new BottlerRequest.DeleteUser(ana));
    requests.add(new BottlerRequest.SetDissector(true));
    requests.add(new BottlerRequest.SetAuthentication(true));
    requests.add(new BottlerRequest.SetRunning(true));
    requests.sort((one, other) -> one.command() - other.command());
    return List.copyOf(requests);
  }

  /** Called by Jazzer and by {@code CorpusTest}. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    ByteBuffer in = ByteBuffer.wrap(input).position(1);
    if (input[0] == 0) {
      if (Fuzzed.datagram(BottlerToken::read, in, BottlerFuzz::written) != null) {
        Fuzzed.datagram(BottlerRequest::read, in, _ -> Written.SAME_OCTETS);
      }
    } else {
      BottlerRequest asked = REQUESTS.get((input[0] + 255) % REQUESTS.size());
      BottlerResponse response =
          Fuzzed.datagram(
              octets -> BottlerResponse.read(octets, asked), in, _ -> Written.SAME_OCTETS);
      Fuzzed.check(response == null || response.length() <= BottlerResponse.MAX_LENGTH, "too long");
    }
  }

  /** A token without a request behind it is no datagram. */
  private static Written written(BottlerToken token) {
    return Written.NOT_AT_ALL;
  }
}
