package dev.argyle.server.manage.http;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Why a request is refused, and what to do (RFC 9457). Has nothing that the client did not send or
 * may not know.
 *
 * @param status 400 to 599
 * @param title a few words for the kind of problem
 * @param detail what is wrong with this request
 * @param advice what to do
 * @param errors which fields of the body or the query are wrong; may be empty
 */
public record Problem(
    int status, String title, String detail, String advice, List<FieldError> errors) {

  static final String CONTENT_TYPE = "application/problem+json";

  /** What is wrong with one field. */
  public record FieldError(String field, String detail) {}

  public Problem {
    if (status < 400 || status > 599) {
      throw new IllegalArgumentException("a problem has a status of 400 to 599, not " + status);
    }
    errors = List.copyOf(errors);
  }

  private Problem(int status, String title, String detail, String advice) {
    this(status, title, detail, advice, List.of());
  }

  /** 400: the request itself is wrong. */
  public static Problem badRequest(String detail, String advice) {
    return new Problem(400, "Bad request", detail, advice);
  }

  /** 400: a field of the body, or a parameter of the query, is wrong. */
  public static Problem invalidField(String field, String detail, String advice) {
    return badRequest(field + ": " + detail, advice).withError(field, detail);
  }

  static Problem unauthenticated(String detail, String advice) {
    return new Problem(401, "Login needed", detail, advice);
  }

  /** 403: the actor may not do that. */
  public static Problem forbidden(String detail, String advice) {
    return new Problem(403, "Not allowed", detail, advice);
  }

  /** 404: there is no such thing. */
  public static Problem notFound(String detail, String advice) {
    return new Problem(404, "Not found", detail, advice);
  }

  static Problem methodNotAllowed(String detail, String advice) {
    return new Problem(405, "Method not allowed", detail, advice);
  }

  /** 409: it contradicts what is there. */
  public static Problem conflict(String detail, String advice) {
    return new Problem(409, "Conflict", detail, advice);
  }

  /** 412: the thing has changed since the client has read it. */
  public static Problem changedMeanwhile(String detail, String advice) {
    return new Problem(412, "Changed meanwhile", detail, advice);
  }

  /** 422: the request is understood, but what it asks for is out of range. */
  public static Problem outOfRange(String detail, String advice) {
    return new Problem(422, "Out of range", detail, advice);
  }

  /** 500: the server could not; its log has the details. */
  public static Problem failed(String detail) {
    return new Problem(500, "Failed", detail, "read the server's log");
  }

  /** 503: not now. */
  public static Problem unavailable(String detail, String advice) {
    return new Problem(503, "Unavailable", detail, advice);
  }

  static Problem of(int status, String title, String detail, String advice) {
    return new Problem(status, title, detail, advice);
  }

  /** The same, with one more field that is wrong. */
  public Problem withError(String field, String why) {
    List<FieldError> all = new ArrayList<>(errors);
    all.add(new FieldError(field, why));
    return new Problem(status, title, detail, advice, all);
  }

  /** To be thrown by a {@link Resource}. */
  public ProblemException exception() {
    return new ProblemException(this);
  }

  /** As a response. */
  public Response response() {
    return Response.json(status, this::write).as(CONTENT_TYPE);
  }

  private void write(JsonGenerator json) throws IOException {
    json.writeStringField("type", "about:blank");
    json.writeStringField("title", title);
    json.writeNumberField("status", status);
    json.writeStringField("detail", detail);
    json.writeStringField("advice", advice);
    if (!errors.isEmpty()) {
      json.writeArrayFieldStart("errors");
      for (FieldError error : errors) {
        json.writeStartObject();
        json.writeStringField("field", error.field());
        json.writeStringField("detail", error.detail());
        json.writeEndObject();
      }
      json.writeEndArray();
    }
  }
}
