package dev.argyle.server.dial;

import dev.argyle.server.config.Endpoint;
import dev.argyle.wire.Addresses;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the operator when no name server answers anything. A question without an answer alone does
 * not show that: a name server is silent about a name whose own servers are, too. So if nothing was
 * answered since such a question began, every server is asked about the root, which each can
 * answer. Belongs to the resolver's home.
 */
final class Silence {

  /** The time between two lines in the log, and between two rounds of questions about the root. */
  static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** Asks one server about the root. */
  interface Prober {

    /**
     * @param answered is told once whether there was an answer; true also if that is not known
     */
    void ask(InetSocketAddress server, Consumer<Boolean> answered);
  }

  private static final Logger LOG = LoggerFactory.getLogger(Silence.class);

  private final Prober prober;
  private final LongSupplier clockNanos;
  private long answeredNanos;
  private boolean everAnswered;
  private long probedNanos;
  private boolean everProbed;
  private boolean logged; // that no server answers

  Silence(Prober prober, LongSupplier clockNanos) {
    this.prober = prober;
    this.clockNanos = clockNanos;
  }

  /** Some server has answered something, be it an error. */
  void broken() {
    everAnswered = true;
    answeredNanos = clockNanos.getAsLong();
    if (logged) {
      logged = false;
      LOG.info("name servers answer again");
    }
  }

  /**
   * A question was not answered.
   *
   * @param asked the servers that could have
   * @param sinceNanos when it was asked, by the same clock
   */
  void suspected(List<InetSocketAddress> asked, long sinceNanos) {
    long now = clockNanos.getAsLong();
    if (logged
        || (everAnswered && answeredNanos - sinceNanos >= 0)
        || (everProbed && now - probedNanos < QUIET_NANOS)) {
      return;
    }
    everProbed = true;
    probedNanos = now;
    new Probe(asked).start();
  }

  private static String shown(InetSocketAddress server) {
    return new Endpoint(Addresses.text(server.getAddress()), server.getPort()).toString();
  }

  /** One round. */
  private final class Probe {

    private final List<InetSocketAddress> asked;
    private final long begunNanos = clockNanos.getAsLong();
    private int silent;

    Probe(List<InetSocketAddress> asked) {
      this.asked = asked;
    }

    void start() {
      asked.forEach(server -> prober.ask(server, this::heard));
    }

    private void heard(boolean answered) {
      if (answered) {
        broken();
      } else if (++silent == asked.size() && !logged && !answeredMeanwhile()) {
        logged = true;
        LOG.warn(
            "no name server answers ({}): names cannot be resolved until one does; see dns.servers"
                + " in the configuration, or /etc/resolv.conf",
            asked.stream().map(Silence::shown).collect(Collectors.joining(", ")));
      }
    }

    /** To another question: a datagram of this round was lost. */
    private boolean answeredMeanwhile() {
      return everAnswered && answeredNanos - begunNanos >= 0;
    }
  }
}
