package dev.argyle.server.control;

import dev.argyle.server.telemetry.Door;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * A change that somebody asked for, as the log of changes has it. It never has a password.
 *
 * @param number from 1, ascending in the order in which changes ended
 * @param atMillis when it had ended, since 1970
 * @param by the administrator's name, escaped; {@link Actor#NO_NAME} where the protocol has none
 * @param target what was to be changed: a user's name, escaped, or a connection; null: the
 *     operation says it
 * @param before what was so before; null: not told, or nothing was
 * @param after what was asked for; null: the operation says it
 * @param result what came of it, in the words of the audit log
 */
public record Change(
    long number,
    long atMillis,
    Door door,
    InetAddress client,
    String by,
    Operation operation,
    @Nullable String target,
    @Nullable String before,
    @Nullable String after,
    String result) {

  /** What a change is about, noted while it is made. Belongs to the thread that makes it. */
  static final class Note {
    private @Nullable String target;
    private @Nullable String before;
    private @Nullable String after;

    Note() {}

    /** About something with a name or a number. */
    Note(String target) {
      this.target = target;
    }

    /** What is so before the change; null: not known. */
    void from(@Nullable Object value) {
      before = value == null ? null : value.toString();
    }

    /** What is asked for. */
    void to(Object value) {
      after = value.toString();
    }

    Change ended(long number, long atMillis, Actor actor, Operation operation, String result) {
      return new Change(
          number,
          atMillis,
          actor.door(),
          actor.client(),
          actor.name(),
          operation,
          target,
          before,
          after,
          result);
    }
  }
}
