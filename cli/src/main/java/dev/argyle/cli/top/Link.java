package dev.argyle.cli.top;

import dev.argyle.cli.door.DoorProblem;
import dev.argyle.cli.door.HttpApi;
import dev.argyle.cli.door.HttpEvents;
import dev.argyle.client.manage.ManagementException;
import dev.argyle.client.manage.ManagementException.Reason;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Listens to the server, and tries again when it is lost. Runs on a thread of its own; {@link
 * #close} by any.
 */
final class Link implements Runnable, AutoCloseable {

  private static final Duration RETRY = Duration.ofSeconds(1);

  /** Messages between two looks at the status, which has what changes seldom. */
  private static final int MESSAGES_A_STATUS = 10;

  /** Opens the server's API: where it listens may be another place by now. */
  @FunctionalInterface
  public interface Opening {
    HttpApi open() throws ManagementException, DoorProblem;
  }

  private final Opening opening;
  private final BlockingQueue<Input> out;
  private volatile @Nullable HttpEvents listening;
  private volatile boolean closed;

  Link(Opening opening, BlockingQueue<Input> out) {
    this.opening = opening;
    this.out = out;
  }

  @Override
  public void run() {
    try {
      while (!closed) {
        String why = listen();
        if (!closed) {
          out.put(new Input.Lost(why));
          Thread.sleep(RETRY);
        }
      }
    } catch (InterruptedException over) {
      Thread.currentThread().interrupt();
    }
  }

  /** Listens until the server is lost; returns why. */
  private String listen() throws InterruptedException {
    try (HttpApi api = opening.open();
        HttpEvents events = api.events(null)) {
      listening = events;
      HttpEvents.Message first = events.next(); // from now on, changes are told
      begin(api);
      out.put(new Input.Told(first));
      for (int i = 1; !closed; i++) {
        HttpEvents.Message message = events.next();
        out.put(new Input.Told(message));
        if (message.name().equals("gap")) {
          begin(api);
        } else if (message.name().equals("dropped")) {
          return message.data().text("reason", "it has sent us away");
        } else if (i % MESSAGES_A_STATUS == 0) {
          out.put(new Input.Refreshed(api.get("read the status", "/status")));
        }
      }
      return "";
    } catch (ManagementException failed) {
      String words = String.valueOf(failed.getMessage());
      if (failed.reason() instanceof Reason.LoginRefused && !closed) {
        closed = true; // more tries would be penalised
        out.put(new Input.Refused(words));
      }
      return words;
    } catch (DoorProblem problem) {
      return String.valueOf(problem.getMessage());
    }
  }

  private void begin(HttpApi api) throws ManagementException, InterruptedException {
    var status = api.get("read the status", "/status");
    out.put(
        new Input.Begun(
            status, List.copyOf(api.all("list connections", "/connections", Integer.MAX_VALUE))));
  }

  @Override
  public void close() {
    closed = true;
    HttpEvents now = listening;
    if (now != null) {
      now.close();
    }
  }
}
