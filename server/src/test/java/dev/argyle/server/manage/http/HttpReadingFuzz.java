package dev.argyle.server.manage.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Fuzz target: what an HTTP client sends, behind Netty's decoder. The first octet says what the
 * rest is: even, a request's target; odd, a body. Either it is read, or its sender is told why not.
 */
public final class HttpReadingFuzz {

  private static final Set<String> KNOWN = Set.of("a", "b", "o");
  private static final Set<String> WITHIN = Set.of("a", "o");

  private HttpReadingFuzz() {}

  /** Called by Jazzer and by {@code CorpusTest}. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    byte[] rest = Arrays.copyOfRange(input, 1, input.length);
    try {
      if ((input[0] & 1) == 0) {
        target(new String(rest, StandardCharsets.ISO_8859_1));
      } else {
        body(rest);
      }
    } catch (ProblemException refused) {
      isForTheClient(refused);
    }
  }

  private static void target(String text) {
    Target read = Target.read(text);
    check(read.path().startsWith("/"), "a path of " + read.path());
    check(
        read.segments().size() == read.path().chars().filter(c -> c == '/').count(),
        "a slash within a segment splits it");
    check(read.query().size() <= Target.MAX_PARAMETERS, "too many parameters");
    StringBuilder encoded = new StringBuilder();
    for (byte[] segment : read.segments()) {
      String name = Target.text(segment);
      check(!name.equals(".") && !name.equals(".."), "goes up");
      encoded.append('/');
      for (byte octet : segment) {
        encoded.append(String.format("%%%02x", octet & 0xFF));
      }
    }
    Target again = Target.read(encoded.toString());
    check(again.authority() == null && again.query().isEmpty(), "an encoded path is a path alone");
    check(isSame(read.segments(), again.segments()), "reads the same when all of it is encoded");
  }

  private static boolean isSame(List<byte[]> some, List<byte[]> others) {
    return Arrays.deepEquals(some.toArray(), others.toArray());
  }

  private static void body(byte[] octets) {
    Fields fields = Fields.read(octets, KNOWN);
    for (String name : KNOWN) {
      asks(() -> fields.text(name), fields, name);
      asks(() -> fields.requiredText(name), fields, name);
      asks(() -> fields.flag(name), fields, name);
      asks(() -> fields.number(name), fields, name);
      asks(() -> fields.numbers(name), fields, name);
    }
    Fields within = fields.object("o", WITHIN);
    if (within != null) {
      asks(() -> within.object("o", WITHIN), within, "o");
      asks(() -> within.text("a"), within, "a");
    }
  }

  /** One of the readers of a field. */
  private interface Asked {
    @Nullable Object get();
  }

  private static void asks(Asked asked, Fields fields, String name) {
    try {
      Object value = asked.get();
      check(value == null || fields.has(name), "out of thin air");
    } catch (ProblemException refused) {
      isForTheClient(refused);
    }
  }

  private static void isForTheClient(ProblemException refused) {
    int status = refused.problem().status();
    check(status >= 400 && status < 500, "status " + status);
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
