package dev.argyle.cli.top;

import dev.argyle.cli.door.DoorProblem;
import dev.argyle.cli.door.HttpApi;
import dev.argyle.client.manage.ManagementException;
import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The loop of {@code argyle top}: one thread takes what comes (keys, messages of the server,
 * another size of the terminal), and draws when nothing more is there. All state is its own.
 */
public final class Top {

  /** If this much waits, the terminal does not take what is written, and the server waits, too. */
  private static final int INPUTS_WAITING = 256;

  private static final long TICK_MILLIS = 1_000;

  /** As for {@link Link}. */
  @FunctionalInterface
  public interface Opening {
    HttpApi open() throws ManagementException, DoorProblem;
  }

  private final Link.Opening opening;
  private final BlockingQueue<Input> inputs = new ArrayBlockingQueue<>(INPUTS_WAITING);
  private final Model model;
  private final Controls controls = new Controls();

  /**
   * A screen for a server.
   *
   * @param address of the server, for the title
   * @param opening tried again whenever the server is lost
   */
  public Top(String address, Opening opening) {
    this.model = new Model(address);
    this.opening = opening::open;
  }

  /**
   * Runs until its user quits.
   *
   * @param colours false: the terminal shall have none
   * @return why it ended; null: its user wanted it
   * @throws IOException if there is no terminal that it can draw on
   */
  public @Nullable String run(boolean colours) throws IOException {
    try (TextTerminal terminal = TextTerminal.open(colours, inputs);
        Link link = new Link(opening, inputs)) {
      Thread.ofPlatform().name("server").daemon().start(link);
      Thread.ofPlatform().name("keys").daemon().start(() -> terminal.readKeys(inputs));
      return loop(terminal);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  private @Nullable String loop(TextTerminal terminal) throws InterruptedException {
    while (true) {
      draw(terminal);
      Input input = inputs.poll(TICK_MILLIS, TimeUnit.MILLISECONDS);
      while (input != null) {
        switch (input) {
          case Input.Over() -> {
            return null;
          }
          case Input.Refused(String why) -> {
            return why;
          }
          case Input.Pressed(Key key) -> {
            if (!act(controls.press(key, model), terminal)) {
              return null;
            }
          }
          case Input.Resized() -> terminal.forget();
          case Input.Begun begun -> model.begin(begun.status(), begun.open(), Moment.now());
          case Input.Refreshed(var status) -> model.status(status, Moment.now());
          case Input.Told(var message) -> model.told(message, Moment.now());
          case Input.Lost(String why) -> model.lost(why);
          case Input.Said(String words) -> controls.say(words);
        }
        input = inputs.poll();
      }
    }
  }

  private void draw(TextTerminal terminal) {
    int width = terminal.width();
    int height = terminal.height();
    controls.page(Screen.tableRows(height));
    terminal.show(Screen.lines(model, controls, Moment.now(), width, height));
  }

  /** Returns false if it is over. */
  private boolean act(Controls.Effect effect, TextTerminal terminal) {
    switch (effect) {
      case Controls.Effect.None() -> {
        // another picture is all
      }
      case Controls.Effect.Quit() -> {
        return false;
      }
      case Controls.Effect.Redraw() -> terminal.forget();
      case Controls.Effect.Kill(long id) -> {
        controls.say("ending connection " + id + " …");
        Thread.ofPlatform().name("kill").daemon().start(() -> kill(id));
      }
    }
    return true;
  }

  private void kill(long id) {
    String said;
    try (HttpApi api = opening.open()) {
      api.change("end connection " + id, "DELETE", "/connections/" + id, null);
      said = "ended connection " + id;
    } catch (ManagementException | DoorProblem failed) {
      said = String.valueOf(failed.getMessage());
    }
    try {
      inputs.put(new Input.Said(said));
    } catch (InterruptedException over) {
      Thread.currentThread().interrupt();
    }
  }
}
