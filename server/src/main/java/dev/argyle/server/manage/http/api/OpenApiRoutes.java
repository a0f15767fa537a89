package dev.argyle.server.manage.http.api;

import dev.argyle.server.manage.http.Response;
import dev.argyle.server.manage.http.Route;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** {@code /openapi.json}: describes exactly what is served, which {@code OpenApiTest} walks. */
public final class OpenApiRoutes {

  private static final String FILE = "openapi.json";

  private OpenApiRoutes() {}

  public static List<Route> of() {
    return List.of(
        Route.get("/" + FILE).answers(_ -> Response.text("application/json", document())));
  }

  /** The document: some 100 KB, seldom asked for, so that it is not kept. */
  public static String document() {
    try (InputStream file = OpenApiRoutes.class.getResourceAsStream("/" + FILE)) {
      if (file == null) {
        throw new IllegalStateException(FILE + " is not among the resources");
      }
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
