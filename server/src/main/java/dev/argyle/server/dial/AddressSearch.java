package dev.argyle.server.dial;

import dev.argyle.server.admission.Asker;
import dev.argyle.server.dial.Gate.Allowed;
import dev.argyle.server.dial.Gate.Denied;
import dev.argyle.server.egress.Sources;
import dev.argyle.server.net.Supervised;
import dev.argyle.server.telemetry.Histogram;
import dev.argyle.wire.Host;
import java.net.InetAddress;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of the host that a client's request names, whatever its command. An address, or the
 * text of one, is its own answer. A name is put to the rules, and then looked up in both families.
 * What is neither has no address. The search keeps the most telling failure of the whole request:
 * of the lookup, of addresses that the rules deny ({@link #ask}), and of what the caller notes.
 * Belongs to its loop.
 */
public final class AddressSearch implements NameResolver.Listener {

  /** Who wants the addresses. */
  public interface Listener extends Supervised {

    /**
     * One family is answered. Called once for each, on the loop; possibly at once, from inside
     * {@link #start}. After the last call {@link #isOver} holds: if no address was of use then,
     * {@link #failure} says why.
     *
     * @param addresses in the resolver's order, as the rules see them ({@code ::ffff:192.0.2.1} is
     *     192.0.2.1); may be empty
     */
    void answered(Family family, List<InetAddress> addresses);
  }

  private final Dialler dialler;
  private final NameResolver resolver;
  private final Asker asker;
  private final Host host;
  private final Gate gate;
  private final Listener listener;
  private final Set<Family> awaited = EnumSet.allOf(Family.class);
  private NameResolver.@Nullable Lookup lookup;
  private @Nullable Failure failure;
  private long lookUpNanos; // when it began

  AddressSearch(
      Dialler dialler,
      NameResolver resolver,
      Asker asker,
      Host host,
      Gate gate,
      Listener listener) {
    this.dialler = dialler;
    this.resolver = resolver;
    this.asker = asker;
    this.host = host;
    this.gate = gate;
    this.listener = listener;
  }

  /** Begins; called once. A bug on the way is told to the listener, not thrown. */
  public void start() {
    listener.guard(this::begin);
  }

  private void begin() {
    switch (HostName.of(host)) {
      case HostName.Literal(InetAddress address) -> {
        tell(Family.of(address).other(), List.of());
        tell(Family.of(address), List.of(address));
      }
      case HostName.Name(String name) -> {
        if (gate.checkName(name) instanceof Denied(String reason)) {
          end(new Failure(DialFailure.DENIED, reason));
        } else {
          lookUp(name);
        }
      }
      case HostName.Invalid() ->
          end(new Failure(DialFailure.NAME_NOT_FOUND, "neither an address nor a host name"));
    }
  }

  private void lookUp(String name) {
    lookUpNanos = dialler.timing.nanoTime();
    NameResolver.Lookup begun = resolver.resolve(dialler.loop, asker, name, this);
    if (isOver()) {
      begun.cancel();
    } else {
      lookup = begun;
    }
  }

  private void end(Failure why) {
    note(why);
    tell(Family.IPV6, List.of());
    tell(Family.IPV4, List.of());
  }

  @Override
  public void answered(Family family, NameResolver.Answer answer) {
    if (awaited.size() == 1 && awaits(family)) {
      dialler.counters.took(Histogram.NAME_LOOKUP, dialler.timing.nanoTime() - lookUpNanos);
    }
    switch (answer) {
      case NameResolver.Addresses(List<InetAddress> addresses) -> tell(family, addresses);
      case NameResolver.NoAddresses() -> tell(family, List.of());
      case NameResolver.Failed(Failure why) -> {
        note(why);
        tell(family, List.of());
      }
    }
  }

  private void tell(Family family, List<InetAddress> addresses) {
    if (awaited.remove(family)) {
      listener.guard(() -> listener.answered(family, addresses));
    }
  }

  /** Whether this family's answer is still due. */
  boolean awaits(Family family) {
    return awaited.contains(family);
  }

  /** Whether nothing more will be told: both families are answered, or it was cancelled. */
  public boolean isOver() {
    return awaited.isEmpty();
  }

  /**
   * Asks the rules about an address, right before it is used: rules may change while others are
   * tried.
   *
   * @return null: it may not be used, which is noted, or cannot be used from where it is to be
   *     dialled, such as an address of the other family
   */
  public @Nullable Allowed ask(InetAddress address) {
    switch (gate.check(address)) {
      case Denied(String reason) -> note(new Failure(DialFailure.DENIED, reason));
      case Allowed allowed -> {
        Sources sources = allowed.sources();
        String unusable = sources == null ? null : sources.unusable(address);
        if (unusable == null) {
          return allowed;
        }
        note(new Failure(DialFailure.NETWORK_UNREACHABLE, unusable));
      }
    }
    return null;
  }

  /** Something failed; kept if it tells more than what is known. */
  public void note(Failure why) {
    if (failure == null || why.why().compareTo(failure.why()) > 0) {
      failure = why;
    }
  }

  /** The most telling failure so far; if there is none, the name has no address. */
  public Failure failure() {
    return failure == null ? Failure.of(DialFailure.NAME_NOT_FOUND) : failure;
  }

  /** The listener is not called any more. A name that nobody else waits for is not looked up. */
  public void cancel() {
    awaited.clear();
    if (lookup != null) {
      lookup.cancel();
    }
  }
}
