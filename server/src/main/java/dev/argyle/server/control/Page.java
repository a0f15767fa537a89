package dev.argyle.server.control;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list.
 *
 * @param next where the next page begins: what to give as {@code after}; null: nothing follows. A
 *     page may have fewer entries than were asked for, or none, and yet others follow: a search
 *     ends when it has looked at enough
 */
public record Page<T, C>(List<T> items, @Nullable C next) {

  public Page {
    items = List.copyOf(items);
  }
}
