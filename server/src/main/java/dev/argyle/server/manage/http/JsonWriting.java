package dev.argyle.server.manage.http;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/** Writes JSON. */
@FunctionalInterface
public interface JsonWriting {
  void write(JsonGenerator json) throws IOException;
}
