package dev.argyle.server.telemetry;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.argyle.wire.Addresses;
import dev.argyle.wire.socks.Command;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * The access log as one JSON object a line, ASCII throughout (everything else is escaped). Field
 * names are in the manual. Belongs to the log's thread.
 */
final class JsonFormat implements LogWriter.Format<AccessEntry> {
  private final JsonFactory factory =
      JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
  private final Timestamps timestamps = new Timestamps();

  JsonFormat() {
    factory.setCharacterEscapes(new DeleteToo());
  }

  @Override
  public void append(AccessEntry entry, StringBuilder out) {
    StringWriter line = new StringWriter();
    try (JsonGenerator json = factory.createGenerator(line)) {
      json.writeStartObject();
      switch (entry) {
        case EndedConnection ended -> connection(ended, json);
        case FoundCredential found -> credential(found, json);
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    out.append(line.getBuffer()).append('\n');
  }

  private void connection(EndedConnection ended, JsonGenerator json) throws IOException {
    Command command = ended.command();
    json.writeStringField("time", timestamps.text(ended.endMillis()));
    json.writeStringField("type", "access");
    json.writeNumberField("connection", ended.id());
    text("user", ended.user(), json);
    json.writeStringField("client", Addresses.text(ended.client()));
    json.writeNumberField("clientPort", ended.clientPort());
    text("destination", ended.destination(), json);
    json.writeNumberField("destinationPort", ended.destinationPort());
    if (ended.reply() == LiveConnection.NO_REPLY) {
      json.writeNullField("reply");
    } else {
      json.writeNumberField("reply", ended.reply());
    }
    text("command", command == null ? null : command.word(), json);
    text("outgoing", ended.outgoing() == null ? null : Addresses.text(ended.outgoing()), json);
    json.writeNumberField("octetsUp", ended.up());
    json.writeNumberField("octetsDown", ended.down());
    json.writeNumberField("milliseconds", ended.durationMillis());
    json.writeStringField("end", ended.reason().word());
    json.writeStringField("fault", ended.reason().fault().word());
    text("detail", ended.detail(), json);
  }

  private void credential(FoundCredential found, JsonGenerator json) throws IOException {
    json.writeStringField("time", timestamps.text(found.timeMillis()));
    json.writeStringField("type", "credential");
    text("user", found.user(), json);
    json.writeStringField("protocol", found.protocol());
    json.writeStringField("destination", found.destination());
    json.writeNumberField("destinationPort", found.destinationPort());
    json.writeStringField("foundUser", found.foundUser());
    json.writeStringField("foundPassword", found.shownPassword());
  }

  private static void text(String name, @Nullable String value, JsonGenerator json)
      throws IOException {
    if (value == null) {
      json.writeNullField(name);
    } else {
      json.writeStringField(name, value);
    }
  }

  /** JSON itself would let DEL through. */
  private static final class DeleteToo extends CharacterEscapes {
    private static final long serialVersionUID = 1L;

    private final int[] escapes = standardAsciiEscapesForJSON();

    DeleteToo() {
      escapes[0x7F] = ESCAPE_STANDARD;
    }

    @Override
    public int[] getEscapeCodesForAscii() {
      return escapes.clone();
    }

    @Override
    public @Nullable SerializableString getEscapeSequence(int ch) {
      return null; // the standard one
    }
  }
}
