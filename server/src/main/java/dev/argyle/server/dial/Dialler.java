package dev.argyle.server.dial;

import dev.argyle.server.net.Connector;
import dev.argyle.wire.Destination;
import dev.argyle.wire.Host;
import io.netty.util.concurrent.EventExecutor;

/** Turns destinations into connected sockets. Belongs to its loop, where every callback happens. */
public final class Dialler {

  final EventExecutor loop;
  final Connector connector;
  final Timing timing;
  private final NameResolver resolver;

  public Dialler(EventExecutor loop, NameResolver resolver, Connector connector) {
    this(loop, resolver, connector, Timing.SYSTEM);
  }

  Dialler(EventExecutor loop, NameResolver resolver, Connector connector, Timing timing) {
    this.loop = loop;
    this.connector = connector;
    this.timing = timing;
    this.resolver = resolver;
  }

  /**
   * Starts to dial. There is no limit on the time: the caller has one and calls {@link
   * Dial#timeout}.
   *
   * @param outcome may be called before this method returns
   */
  public Dial dial(Destination to, Gate gate, DialOutcome outcome) {
    Dial dial = new Dial(this, to, gate, outcome);
    dial.start();
    return dial;
  }

  /** The addresses of a host, for commands that do not connect to them; it is to be started. */
  public AddressSearch search(Host host, Gate gate, AddressSearch.Listener listener) {
    return new AddressSearch(loop, resolver, host, gate, listener);
  }
}
