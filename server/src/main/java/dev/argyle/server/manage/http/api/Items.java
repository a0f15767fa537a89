package dev.argyle.server.manage.http.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.argyle.server.control.Page;
import dev.argyle.server.manage.http.Response;
import java.io.IOException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How a page of a list is written. */
final class Items {

  /** Writes the fields of one. */
  interface Writing<T> {
    void write(T item, JsonGenerator json) throws IOException;
  }

  private Items() {}

  /**
   * A page.
   *
   * @param cursor the text of where the next page begins
   */
  static <T, C> Response page(Page<T, C> page, Function<C, String> cursor, Writing<T> item) {
    C next = page.next();
    return list(page.items(), next == null ? null : cursor.apply(next), item);
  }

  /** A list that has one page, or a page of it. */
  static <T> Response list(Iterable<T> items, @Nullable String next, Writing<T> item) {
    return Response.json(
        json -> {
          json.writeArrayFieldStart("items");
          for (T one : items) {
            json.writeStartObject();
            item.write(one, json);
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeStringField("next", next);
        });
  }
}
