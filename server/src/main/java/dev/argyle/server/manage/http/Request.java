package dev.argyle.server.manage.http;

import dev.argyle.server.control.Actor;
import dev.argyle.wire.UserName;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A request whose client may make it, for the resource of its route. Immutable. */
public final class Request {

  private final Received received;
  private final Target target;
  private final Map<String, byte[]> parameters;
  private final Query query;
  private final Caller caller;

  Request(
      Received received,
      Target target,
      Map<String, byte[]> parameters,
      Query query,
      Caller caller) {
    this.received = received;
    this.target = target;
    this.parameters = parameters;
    this.query = query;
    this.caller = caller;
  }

  /** Who makes it. A route that is open has none, and must not ask. */
  public Actor actor() {
    return Objects.requireNonNull(caller.actor(), "this route is open");
  }

  /** Where from. */
  public InetSocketAddress client() {
    return received.client();
  }

  Received received() {
    return received;
  }

  Caller caller() {
    return caller;
  }

  public String method() {
    return received.method();
  }

  /** The path as it came, without the query. */
  public String path() {
    return target.path();
  }

  /** The parameters of the query. */
  public Query query() {
    return query;
  }

  /** The first header of that name; null: there is none. */
  public @Nullable String header(String name) {
    return headers().get(name);
  }

  private HttpHeaders headers() {
    return received.headers();
  }

  // Parameters of the path

  /** A parameter of the path, decoded. */
  public byte[] octets(String parameter) {
    byte[] octets = parameters.get(parameter);
    if (octets == null) {
      throw new IllegalArgumentException("the route has no parameter " + parameter);
    }
    return octets.clone();
  }

  /** The same, as text: UTF-8 where it is that, see {@link UserName#text(byte[])}. */
  public String parameter(String parameter) {
    return UserName.text(octets(parameter));
  }

  /** The same, as a user's name. */
  public UserName userName(String parameter) {
    byte[] octets = octets(parameter);
    if (!UserName.fits(octets)) {
      throw Problem.notFound(
              "there is no user with a name of " + octets.length + " octets",
              "a name has 1 to " + UserName.MAX_OCTETS + " octets")
          .exception();
    }
    return UserName.of(octets);
  }

  // The body

  /**
   * The fields of the JSON object that the body is.
   *
   * @param known the fields that there may be
   */
  public Fields fields(Set<String> known) {
    String type = headers().get("Content-Type");
    if (type == null || !mediaType(type).equals("application/json")) {
      throw Problem.of(
              415,
              "Unsupported media type",
              "the body is not declared as JSON",
              "send the header Content-Type: application/json")
          .exception();
    }
    return Fields.read(received.body(), known);
  }

  private static String mediaType(String header) {
    int semicolon = header.indexOf(';');
    String type = semicolon < 0 ? header : header.substring(0, semicolon);
    return type.strip().toLowerCase(Locale.ROOT);
  }
}
