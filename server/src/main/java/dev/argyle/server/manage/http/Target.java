package dev.argyle.server.manage.http;

import dev.argyle.wire.UserName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request is for (RFC 9112, section 3.2): the path and the query of its target. Segments are
 * split before they are decoded, so a {@code %2F} is a part of a name; a segment of dots is
 * refused, encoded or not, because somebody on the way may have resolved it and somebody else not.
 *
 * @param authority of an absolute target; null: it has none
 * @param path as it came, without the query
 * @param segments of the path, decoded; one empty one for {@code /}
 * @param query decoded, in the order of the target; values as {@link UserName#text} has them
 */
record Target(
    @Nullable String authority, String path, List<byte[]> segments, Map<String, String> query) {

  /** More parameters than any resource has. */
  static final int MAX_PARAMETERS = 32;

  private static final String ENCODE = "percent-encode it as RFC 3986 says";

  /** Reads the target of a request line; whoever cannot read it throws {@link ProblemException}. */
  static Target read(String target) {
    String rest = target;
    String authority = null;
    int scheme = rest.indexOf("://");
    if (scheme > 0 && !rest.startsWith("/")) {
      int slash = rest.indexOf('/', scheme + 3);
      authority = slash < 0 ? rest.substring(scheme + 3) : rest.substring(scheme + 3, slash);
      rest = slash < 0 ? "/" : rest.substring(slash);
    }
    if (!rest.startsWith("/")) {
      throw Problem.badRequest(
              "the request's target is no path", "send a path, such as /api/v1/status")
          .exception();
    }
    int question = rest.indexOf('?');
    String path = question < 0 ? rest : rest.substring(0, question);
    String query = question < 0 ? "" : rest.substring(question + 1);
    return new Target(authority, path, segments(path), query(query));
  }

  private static List<byte[]> segments(String path) {
    List<byte[]> segments = new ArrayList<>();
    for (String segment : path.substring(1).split("/", -1)) {
      byte[] octets = decoded(segment, false);
      String text = text(octets);
      if (text.equals(".") || text.equals("..")) {
        throw Problem.badRequest("a segment of the path is " + text, "send the path without it")
            .exception();
      }
      segments.add(octets);
    }
    return segments;
  }

  private static Map<String, String> query(String query) {
    Map<String, String> parameters = new LinkedHashMap<>();
    if (query.isEmpty()) {
      return parameters;
    }
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = utf8(equals < 0 ? pair : pair.substring(0, equals));
      String value =
          equals < 0 ? "" : UserName.text(decoded(pair.substring(equals + 1), true)); // any octets
      if (parameters.put(name, value) != null) {
        throw Problem.invalidField(name, "is in the query twice", "send it once").exception();
      }
      if (parameters.size() > MAX_PARAMETERS) {
        throw Problem.badRequest(
                "the query has more than " + MAX_PARAMETERS + " parameters", "send fewer")
            .exception();
      }
    }
    return parameters;
  }

  private static String utf8(String encoded) {
    return new String(decoded(encoded, true), StandardCharsets.UTF_8);
  }

  /** Octets as characters of ISO 8859-1, to be compared with what is ASCII. */
  static String text(byte[] octets) {
    return new String(octets, StandardCharsets.ISO_8859_1);
  }

  private static byte[] decoded(String encoded, boolean plusIsSpace) {
    byte[] octets = new byte[encoded.length()];
    int length = 0;
    for (int i = 0; i < encoded.length(); i++) {
      char c = encoded.charAt(i);
      if (c == '%') {
        int high = digit(encoded, i + 1);
        int low = digit(encoded, i + 2);
        if (high < 0 || low < 0) {
          throw Problem.badRequest("a % is not followed by two hexadecimal digits", ENCODE)
              .exception();
        }
        octets[length++] = (byte) (high << 4 | low);
        i += 2;
      } else if (c <= ' ' || c >= 0x7F) {
        throw Problem.badRequest("the target has a character that must be encoded", ENCODE)
            .exception();
      } else {
        octets[length++] = (byte) (plusIsSpace && c == '+' ? ' ' : c);
      }
    }
    return Arrays.copyOf(octets, length);
  }

  private static int digit(String encoded, int at) {
    return at < encoded.length() ? Character.digit(encoded.charAt(at), 16) : -1;
  }
}
