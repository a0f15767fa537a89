package dev.argyle.server.outside;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What an {@link Authority} says of a name and a password. */
public sealed interface Answer {

  /**
   * They go together.
   *
   * @param attributes what the account is to say from now on, by name, each right by itself; null
   *     takes a value away; what is not here stays as it is
   * @param remember how long this may be remembered; zero: not at all
   */
  record Allowed(Map<String, @Nullable String> attributes, Duration remember) implements Answer {
    public Allowed {
      attributes = Collections.unmodifiableMap(new TreeMap<>(attributes));
    }
  }

  /** They do not. */
  record Denied() implements Answer {}

  /**
   * Nobody knows: it is away, or answers nonsense.
   *
   * @param why for the operator; never with a password
   */
  record Unknown(String why) implements Answer {}

  /** Nobody was asked, for nobody waited for the answer any more: it says nothing of anybody. */
  record Unwanted() implements Answer {}
}
