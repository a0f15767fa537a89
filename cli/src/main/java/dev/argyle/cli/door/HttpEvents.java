package dev.argyle.cli.door;

import dev.argyle.client.manage.ManagementException;
import dev.argyle.wire.Deadline;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a server tells, as it tells it (server-sent events). Used by one thread; {@link #close} by
 * any, which ends a wait.
 */
public final class HttpEvents implements AutoCloseable {

  /** A message comes every second: after this, the server is taken for lost. */
  private static final Duration SILENCE = Duration.ofSeconds(10);

  /** Of a message; the server's are shorter. */
  private static final int MESSAGE_OCTETS = 8 << 20;

  /**
   * A message.
   *
   * @param id null: it has none
   * @param name {@code totals}, {@code connections}, {@code gap} or {@code dropped}
   */
  public record Message(@Nullable String id, String name, Document data) {}

  private final HttpConnection connection;
  private final InputStream in;
  private final Function<IOException, ManagementException> failure;

  HttpEvents(
      HttpConnection connection,
      InputStream in,
      Function<IOException, ManagementException> failure) {
    this.connection = connection;
    this.in = new BufferedInputStream(in, 16 * 1024);
    this.failure = failure;
  }

  /** Waits for the next message. */
  public Message next() throws ManagementException {
    connection.patience(Deadline.after(SILENCE));
    try {
      return message();
    } catch (IOException failed) {
      throw failure.apply(failed);
    }
  }

  private Message message() throws IOException {
    String id = null;
    String name = "message";
    StringBuilder data = new StringBuilder();
    boolean any = false;
    while (true) {
      String line = line();
      if (line.isEmpty() && any) {
        return new Message(
            id, name, Document.read(data.toString().getBytes(StandardCharsets.UTF_8)));
      }
      int colon = line.indexOf(':');
      String field = colon < 0 ? line : line.substring(0, colon);
      String value = colon < 0 ? "" : line.substring(colon + 1).stripLeading();
      switch (field) {
        case "id" -> id = value;
        case "event" -> name = value;
        case "data" -> {
          data.append(value);
          any = true;
        }
        default -> {
          // a comment, or a field of a later version
        }
      }
    }
  }

  private String line() throws IOException {
    String tooLong = "a message is longer than " + MESSAGE_OCTETS + " octets";
    return HttpConnection.line(in, MESSAGE_OCTETS, tooLong).toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    connection.close();
  }
}
