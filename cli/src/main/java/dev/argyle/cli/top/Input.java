package dev.argyle.cli.top;

import dev.argyle.cli.door.Document;
import dev.argyle.cli.door.HttpEvents;
import java.util.List;

/** What the loop of {@link Top} is told by its other threads. */
sealed interface Input {

  record Pressed(Key key) implements Input {}

  /** The terminal has another size. */
  record Resized() implements Input {}

  /** The terminal is gone, or the process is to end. */
  record Over() implements Input {}

  /** The server was reached. */
  record Begun(Document status, List<Document> open) implements Input {}

  record Refreshed(Document status) implements Input {}

  record Told(HttpEvents.Message message) implements Input {}

  record Lost(String why) implements Input {}

  /** The server does not let us in any more. */
  record Refused(String why) implements Input {}

  /** What became of an action. */
  record Said(String words) implements Input {}
}
