package dev.argyle.server.egress;

import dev.argyle.server.config.EgressSettings;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The egresses of a configuration, by name. Immutable, but for who has which address; any thread.
 */
public final class Egresses {

  /** A configuration without any: the system chooses. */
  public static final Egresses NONE = of(Map.of());

  private final Map<String, Egress> named;
  private final LongSupplier nanoTime;

  private Egresses(Map<String, Egress> named, LongSupplier nanoTime) {
    this.named = Map.copyOf(named);
    this.nanoTime = nanoTime;
  }

  public static Egresses of(Map<String, EgressSettings> settings) {
    return of(settings, System::nanoTime);
  }

  /**
   * As above.
   *
   * @param nanoTime as {@link System#nanoTime}
   */
  static Egresses of(Map<String, EgressSettings> settings, LongSupplier nanoTime) {
    return new Egresses(Map.of(), nanoTime).with(settings);
  }

  /** Those of another configuration; what is the same in both keeps who has which address. */
  public Egresses with(Map<String, EgressSettings> settings) {
    Map<String, Egress> next = new HashMap<>();
    settings.forEach(
        (name, one) -> {
          Egress before = named.get(name);
          boolean same = before != null && before.settings().equals(one);
          next.put(name, same ? before : new Egress(name, one, nanoTime));
        });
    return new Egresses(next, nanoTime);
  }

  /** Whether there is none: then nobody needs to ask, unless an account names one. */
  public boolean isEmpty() {
    return named.isEmpty();
  }

  /** Whether there is one of this name. */
  public boolean has(String name) {
    return named.containsKey(name);
  }

  /**
   * How a client's sockets are bound.
   *
   * @param name null: no rule and no account names one
   * @return null: the system chooses
   */
  public @Nullable Sources of(@Nullable String name, EgressClient client) {
    Egress found = named.get(name == null ? EgressSettings.DEFAULT : name);
    if (found != null) {
      return found.of(client);
    }
    return name == null ? null : new Sources.Unknown(name);
  }
}
