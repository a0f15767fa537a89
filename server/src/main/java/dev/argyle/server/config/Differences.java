package dev.argyle.server.config;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What has changed from one configuration to the next. */
public final class Differences {

  private Differences() {}

  /** The paths of the keys whose values differ, in the order of the manual. */
  public static List<String> between(Configuration before, Configuration after) {
    Map<String, ?> old = Keys.ALL.values(before);
    Map<String, ?> fresh = Keys.ALL.values(after);
    return Keys.ALL.keys().stream()
        .map(Key::path)
        .filter(path -> !Objects.equals(old.get(path), fresh.get(path)))
        .toList();
  }
}
