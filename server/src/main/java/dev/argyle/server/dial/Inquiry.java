package dev.argyle.server.dial;

import dev.argyle.server.dial.Concessions.Concession;
import dev.argyle.server.dial.NameResolver.Failed;
import dev.argyle.server.dial.NameServers.Reply;
import dev.argyle.server.net.Supervised;
import io.netty.channel.AddressedEnvelope;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.resolver.dns.DnsNameResolverTimeoutException;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One question on its way through servers, tries and aliases, with one deadline for all of them.
 * Belongs to the resolver's home.
 */
final class Inquiry implements Supervised {

  /** Queries for one name, even if there is a single server: datagrams get lost. */
  static final int MIN_TRIES = 2;

  /** How long a failure is cached (RFC 9520, section 3.2: at least a second). */
  private static final long FAILURE_SECONDS = 1;

  private static final Failure SILENCE =
      new Failure(DialFailure.TIMED_OUT, "no name server answered");
  private static final Failure UNREACHABLE =
      new Failure(
          DialFailure.NAME_SERVER_FAILED, "the name server's port is closed or unreachable");
  private static final Failure TOO_LATE =
      new Failure(DialFailure.TIMED_OUT, "no address within dns.question-timeout");
  static final Failure BUG =
      new Failure(DialFailure.GENERAL, "a bug of Argyle, which is in its log");

  private static final Logger LOG = LoggerFactory.getLogger(Inquiry.class);

  private final DnsNameServers owner;
  private final Family family;
  private final List<InetSocketAddress> servers;
  private final int maxTries;
  private int first;
  private final Consumer<Reply> reply;
  private final long begunNanos;
  private String name;
  private int tries;
  private int aliases;
  private long ttlSeconds = DnsReading.MAX_WIRE_TTL_SECONDS;
  private boolean anyAnswer;
  private Failure failure = SILENCE;
  private @Nullable Future<?> query; // under way
  private @Nullable Future<?> deadline;
  private boolean over;

  /**
   * @param first which of the servers is asked first
   * @param reply is called once, unless it is cancelled
   */
  Inquiry(
      DnsNameServers owner,
      Question question,
      List<InetSocketAddress> servers,
      int first,
      Consumer<Reply> reply) {
    this.owner = owner;
    this.name = question.name();
    this.family = question.family();
    this.servers = servers;
    this.maxTries = Math.max(MIN_TRIES, servers.size());
    this.first = first;
    this.reply = reply;
    this.begunNanos = owner.nanoTime();
  }

  /** Its time begins; it may not be sent yet. */
  void begin() {
    deadline = owner.atDeadline(guarded(this::expire));
  }

  /** Asks the next server, if there is one. */
  void send() {
    if (over) {
      return;
    }
    if (tries == maxTries) {
      suspectSilence();
      end(failure);
      return;
    }
    ask((first + tries++) % servers.size());
  }

  private void ask(int server) {
    InetSocketAddress address = servers.get(server);
    boolean edns = !owner.concessions().holds(address, Concession.WITHOUT_EDNS);
    DnsQuestion question =
        new DefaultDnsQuestion(owner.spelling(address, name) + ".", DnsReading.type(family));
    var sent = owner.query(address, question, edns);
    if (sent == null) {
      end(Failure.of(DialFailure.NO_RESOURCES));
      return;
    }
    query = sent;
    sent.addListener(
        (Future<AddressedEnvelope<DnsResponse, InetSocketAddress>> done) ->
            guard(() -> queried(server, question, edns, done)));
  }

  private void queried(
      int server,
      DnsQuestion question,
      boolean edns,
      Future<AddressedEnvelope<DnsResponse, InetSocketAddress>> done) {
    query = null;
    if (done.isSuccess()) {
      owner.answered(server);
      anyAnswer = true;
      Concession needed = needed(done.getNow().content(), question, edns);
      if (needed == null) {
        read(server, done.getNow());
        return;
      }
      done.getNow().release();
      owner.concessions().make(servers.get(server), needed);
      if (!over) {
        ask(server); // each concession is made once, so this ends
      }
    } else if (!over) {
      unanswered(done.cause());
    }
  }

  /** What has to be left out of the query, as its response shows; null: nothing. */
  private @Nullable Concession needed(DnsResponse response, DnsQuestion asked, boolean edns) {
    boolean refused =
        response.code().equals(DnsResponseCode.FORMERR)
            || response.code().equals(DnsResponseCode.NOTIMP);
    if (refused && edns) {
      return Concession.WITHOUT_EDNS;
    }
    DnsRecord repeated = response.recordAt(DnsSection.QUESTION);
    boolean mixed = !asked.name().equals(name + ".");
    return mixed && !asked.name().equals(repeated.name()) ? Concession.IN_LOWER_CASE : null;
  }

  private void read(int server, AddressedEnvelope<DnsResponse, InetSocketAddress> envelope) {
    DnsReading reading;
    try {
      reading = DnsReading.read(envelope.content(), name, family, aliases, ttlSeconds);
    } finally {
      envelope.release();
    }
    switch (reading) {
      case DnsReading.Answered(Reply answer) -> end(answer);
      case DnsReading.AliasOf(String target, int followed, long seconds) -> {
        name = target;
        aliases = followed;
        ttlSeconds = seconds;
        first = server; // not those before it again, which did not answer
        tries = 0; // another name; the number of aliases is bounded
        send();
      }
      case DnsReading.ServerFailed(String why) -> {
        LOG.debug("a name server failed: {}", why);
        failure = new Failure(DialFailure.NAME_SERVER_FAILED, "name server failure: " + why);
        send();
      }
    }
  }

  private void unanswered(Throwable cause) {
    if (cause instanceof CancellationException) { // not ours: ConnectedQuery's
      failure = UNREACHABLE;
    } else if (!(cause instanceof DnsNameResolverTimeoutException)) {
      LOG.debug("a name server could not be asked", cause);
      failure = Failure.of(DialFailure.NAME_SERVER_FAILED);
    }
    send();
  }

  private void expire() {
    suspectSilence();
    end(anyAnswer ? TOO_LATE : SILENCE);
  }

  private void suspectSilence() {
    if (!anyAnswer) {
      owner.suspectSilence(servers, begunNanos);
    }
  }

  @Override
  public void onBug(Throwable bug) {
    owner.countBug();
    LOG.error("a bug of Argyle: the question about {} fails", name, bug);
    end(BUG);
  }

  void end(Failure why) {
    boolean ours = why.why() == DialFailure.NO_RESOURCES;
    end(new Reply(new Failed(why), ours ? 0 : FAILURE_SECONDS));
  }

  private void end(Reply answer) {
    if (!over) {
      release();
      reply.accept(answer);
    }
  }

  /** No reply follows. Whoever asked may have waited long enough to suspect silence. */
  void cancel() {
    if (over) {
      return;
    }
    release();
    if (owner.nanoTime() - begunNanos >= owner.suspiciousNanos()) {
      suspectSilence();
    }
  }

  private void release() {
    over = true;
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
    }
    if (query != null) {
      query.cancel(false); // closes its socket
      query = null;
    }
  }
}
