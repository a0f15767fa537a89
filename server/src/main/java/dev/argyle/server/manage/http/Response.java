package dev.argyle.server.manage.http;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** What a request is answered with. Immutable, but for the octets, which nobody changes. */
public sealed interface Response {

  /** 100 to 599. */
  int status();

  /** Beside the content's type and length, and what every response has. */
  Map<String, String> headers();

  /** The same, with one more header. */
  Response with(String header, String value);

  /**
   * A body that is known whole.
   *
   * @param contentType empty: there is no body
   */
  record Whole(int status, String contentType, byte[] octets, Map<String, String> headers)
      implements Response {

    public Whole {
      headers = Map.copyOf(headers);
    }

    @Override
    public Whole with(String header, String value) {
      return new Whole(status, contentType, octets, added(headers, header, value));
    }

    /** The same, as content of another type. */
    public Whole as(String type) {
      return new Whole(status, type, octets, headers);
    }
  }

  /**
   * A stream of events that goes on until the client leaves, or it is closed.
   *
   * @param begin called on a virtual thread, once the head of the response is on its way
   */
  record Streaming(String contentType, Map<String, String> headers, Consumer<EventStream> begin)
      implements Response {

    public Streaming {
      headers = Map.copyOf(headers);
    }

    @Override
    public int status() {
      return 200;
    }

    @Override
    public Streaming with(String header, String value) {
      return new Streaming(contentType, added(headers, header, value), begin);
    }
  }

  private static Map<String, String> added(
      Map<String, String> headers, String header, String value) {
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.put(header, value);
    return all;
  }

  /**
   * 200, with a JSON object.
   *
   * @param fields writes the fields of the object, and neither its begin nor its end
   */
  static Whole json(JsonWriting fields) {
    return json(200, fields);
  }

  /** As above, with another status. */
  static Whole json(int status, JsonWriting fields) {
    return new Whole(status, "application/json", Json.object(fields), Map.of());
  }

  /** 201, with the new thing. */
  static Whole created(String location, JsonWriting fields) {
    return json(201, fields).with("Location", location);
  }

  /** 204: done, and there is nothing to say. */
  static Whole noContent() {
    return new Whole(204, "", new byte[0], Map.of());
  }

  /**
   * 200, with text in UTF-8.
   *
   * @param contentType such as {@code text/plain; version=0.0.4; charset=utf-8}
   */
  static Whole text(String contentType, String text) {
    return new Whole(200, contentType, text.getBytes(StandardCharsets.UTF_8), Map.of());
  }

  /** Server-sent events. */
  static Streaming events(Consumer<EventStream> begin) {
    return new Streaming("text/event-stream", Map.of(), begin);
  }
}
