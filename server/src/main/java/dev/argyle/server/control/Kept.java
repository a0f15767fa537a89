package dev.argyle.server.control;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A setting that doors can change. If the file says the same about it as before, reading the file
 * again keeps what a door has set: a SIGHUP for the sake of a rule undoes nothing else.
 */
enum Kept {
  IDLE_TIMEOUT("socks.idle-timeout"),
  SELECTOR_TIMEOUT("socks.selector-timeout"),
  BUFFER_SIZE("socks.buffer-size"),
  AUTHENTICATION("socks.authentication"),
  DISSECTORS("dissectors.enabled");

  private final String key;

  Kept(String key) {
    this.key = key;
  }

  /**
   * Those that doors have set, and that the file leaves as they were.
   *
   * @param configured what the settings were as the configuration came into force
   * @param switched whether a door has switched authentication
   * @param changed the keys whose values are others now
   */
  static Set<Kept> of(Settings configured, Settings now, boolean switched, List<String> changed) {
    Set<Kept> kept = EnumSet.noneOf(Kept.class);
    if (now.idleSeconds() != configured.idleSeconds()) {
      kept.add(IDLE_TIMEOUT);
    }
    if (now.selectorMillis() != configured.selectorMillis()) {
      kept.add(SELECTOR_TIMEOUT);
    }
    if (now.bufferOctets() != configured.bufferOctets()) {
      kept.add(BUFFER_SIZE);
    }
    if (switched) {
      kept.add(AUTHENTICATION);
    }
    if (now.dissectors() != configured.dissectors()) {
      kept.add(DISSECTORS);
    }
    kept.removeIf(setting -> changed.contains(setting.key));
    return kept;
  }

  /** What the settings would be without those that were kept. */
  static Settings configured(Set<Kept> kept, Settings before, Settings now) {
    return new Settings(
        kept.contains(IDLE_TIMEOUT) ? before.idleSeconds() : now.idleSeconds(),
        kept.contains(SELECTOR_TIMEOUT) ? before.selectorMillis() : now.selectorMillis(),
        kept.contains(BUFFER_SIZE) ? before.bufferOctets() : now.bufferOctets(),
        now.authentication(),
        kept.contains(DISSECTORS) ? before.dissectors() : now.dissectors());
  }

  /** Their keys, for people. */
  static String keys(Set<Kept> kept) {
    return kept.stream().map(setting -> setting.key).collect(Collectors.joining(", "));
  }
}
