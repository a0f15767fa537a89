package dev.argyle.server.dial;

import dev.argyle.server.dial.Gate.Allowed;
import dev.argyle.server.dial.Gate.Denied;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Turns a target into one connected socket. Immutable; one serves all loops. Every callback of a
 * dial happens on its loop, and some inside {@link #dial}.
 *
 * @param <S> the caller's socket
 */
public final class Dialler<S> {

  private final NameResolver resolver;
  private final Connector<S> connector;
  private final Timing timing;

  public Dialler(NameResolver resolver, Connector<S> connector) {
    this(resolver, connector, Timing.SYSTEM);
  }

  /** What names are looked up with. */
  public NameResolver resolver() {
    return resolver;
  }

  public Dialler(NameResolver resolver, Connector<S> connector, Timing timing) {
    this.resolver = resolver;
    this.connector = connector;
    this.timing = timing;
  }

  /**
   * Starts to dial. There is no limit on the time: the caller has one and calls {@link
   * Dial#timeout}.
   *
   * @param loop the caller is on it
   * @param outcome may be called before this method returns
   */
  public Dial dial(EventExecutor loop, Target target, Gate gate, DialOutcome<S> outcome) {
    return switch (target) {
      case Target.Address(InetAddress address, int port) -> direct(address, port, gate, outcome);
      case Target.Name(String text, int port) ->
          switch (HostName.of(text)) {
            case HostName.Literal(InetAddress address) -> direct(address, port, gate, outcome);
            case HostName.Host(String name) -> race(loop, name, port, gate, outcome);
            case HostName.Invalid() -> {
              outcome.failed(DialFailure.NAME_NOT_FOUND, null);
              yield Ended.DIAL;
            }
          };
    };
  }

  private Dial direct(InetAddress address, int port, Gate gate, DialOutcome<S> outcome) {
    return switch (gate.check(address)) {
      case Denied(String reason) -> {
        outcome.failed(DialFailure.DENIED, reason);
        yield Ended.DIAL;
      }
      case Allowed allowed when !fits(allowed, address) -> {
        outcome.failed(DialFailure.NETWORK_UNREACHABLE, null);
        yield Ended.DIAL;
      }
      case Allowed allowed -> {
        DirectDial<S> dial = new DirectDial<>(new InetSocketAddress(address, port), outcome);
        dial.start(connector, allowed.source());
        yield dial;
      }
    };
  }

  private Dial race(EventExecutor loop, String name, int port, Gate gate, DialOutcome<S> outcome) {
    return switch (gate.checkName(name)) {
      case Denied(String reason) -> {
        outcome.failed(DialFailure.DENIED, reason);
        yield Ended.DIAL;
      }
      case Allowed _ -> {
        Race<S> race = new Race<>(loop, timing, connector, port, gate, outcome);
        race.start(resolver, name);
        yield race;
      }
    };
  }

  /** Whether the source address, if one is asked for, is of the destination's family. */
  static boolean fits(Allowed allowed, InetAddress address) {
    InetAddress source = allowed.source();
    return source == null || Family.of(source) == Family.of(address);
  }

  /** A dial whose outcome has been told before it began. */
  private enum Ended implements Dial {
    DIAL;

    @Override
    public void cancel() {}

    @Override
    public void timeout() {}
  }
}
