package dev.argyle.server.dial;

import dev.argyle.server.admission.Asker;
import dev.argyle.server.net.Connector;
import dev.argyle.server.telemetry.Tally;
import dev.argyle.wire.Destination;
import dev.argyle.wire.Host;
import io.netty.util.concurrent.EventExecutor;

/** Turns destinations into connected sockets. Belongs to its loop, where every callback happens. */
public final class Dialler {

  final EventExecutor loop;
  final Connector connector;
  final Timing timing;
  final Tally counters;
  private final NameResolver resolver;

  /**
   * @param counters of the loop
   */
  public Dialler(EventExecutor loop, NameResolver resolver, Connector connector, Tally counters) {
    this(loop, resolver, connector, counters, Timing.SYSTEM);
  }

  Dialler(
      EventExecutor loop,
      NameResolver resolver,
      Connector connector,
      Tally counters,
      Timing timing) {
    this.loop = loop;
    this.connector = connector;
    this.timing = timing;
    this.counters = counters;
    this.resolver = resolver;
  }

  /**
   * Starts to dial. There is no limit on the time: the caller has one and calls {@link
   * Dial#timeout}.
   *
   * @param asker whose share of the questions to name servers is used
   * @param outcome may be called before this method returns
   */
  public Dial dial(Asker asker, Destination to, Gate gate, DialOutcome outcome) {
    Dial dial = new Dial(this, asker, to, gate, outcome);
    dial.start();
    return dial;
  }

  /** The addresses of a host, for commands that do not connect to them; it is to be started. */
  public AddressSearch search(Asker asker, Host host, Gate gate, AddressSearch.Listener listener) {
    return new AddressSearch(this, resolver, asker, host, gate, listener);
  }
}
