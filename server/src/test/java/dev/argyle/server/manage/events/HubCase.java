package dev.argyle.server.manage.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.telemetry.AccessLog;
import dev.argyle.server.telemetry.Counters;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.Ending;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.server.telemetry.SecurityLog;
import dev.argyle.server.telemetry.Telemetry;
import dev.argyle.wire.Source;
import dev.argyle.wire.socks.Command;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The hub without a transport; its looks are made by the test, on a clock of its own. */
abstract class HubCase {

  static final InetAddress CLIENT = InetAddress.ofLiteral("192.0.2.7");
  static final Source HERE = Source.of(InetAddress.ofLiteral("127.0.0.1"));
  static final long START = 1_700_000_000_000L;

  final Counters counters = new Counters();
  final Telemetry telemetry = new Telemetry(counters, AccessLog.none(), SecurityLog.none());
  final AtomicInteger started = new AtomicInteger();
  final EventHub hub =
      new EventHub(
          telemetry,
          new Users(() -> 3, () -> 2),
          1_024,
          _ -> new Thread(started::incrementAndGet)); // the test makes the looks
  private long now;

  LiveConnection open() {
    return telemetry.connections().open(CLIENT, 40000, START + now, _ -> {});
  }

  static LiveConnection asking(LiveConnection connection, String user, String host) {
    connection.authenticated(user);
    connection.requested(Command.CONNECT, host, 443);
    connection.replied(0);
    return connection;
  }

  void end(LiveConnection connection) {
    assertThat(
            telemetry.ended(
                connection,
                new Ending(EndReason.KILLED, "by \"admin\""),
                START + now,
                TimeUnit.MILLISECONDS.toNanos(START + now)))
        .isTrue();
  }

  /** A client that reads when the test says so. */
  static final class Client implements Sink {
    final List<byte[]> sent = new ArrayList<>();
    boolean reads = true;
    boolean takes = true;
    boolean open = true;

    @Override
    public synchronized boolean offer(byte[] octets) {
      if (open && takes) {
        sent.add(octets);
      }
      return open && takes;
    }

    @Override
    public int waitingOctets() {
      return reads ? 0 : 1;
    }

    @Override
    public boolean isOpen() {
      return open;
    }

    @Override
    public void close() {
      open = false;
    }

    @Override
    public synchronized void close(byte[] last) {
      sent.add(last);
      open = false;
    }

    synchronized List<byte[]> taken() {
      List<byte[]> taken = List.copyOf(sent);
      sent.clear();
      return taken;
    }
  }

  Client listen(@Nullable Long lastSeen, boolean connections) {
    Client client = new Client();
    assertThat(hub.listen(HERE, lastSeen, connections, client))
        .isInstanceOf(EventHub.Answer.Accepted.class);
    return client;
  }

  void begin() {
    hub.begin(START + now, TimeUnit.MILLISECONDS.toNanos(now));
  }

  void turn() {
    now += 1_000;
    hub.turn(START + now, TimeUnit.MILLISECONDS.toNanos(now));
  }

  static List<String> taken(Client client) {
    return client.taken().stream().map(one -> new String(one, StandardCharsets.UTF_8)).toList();
  }

  static List<String> named(String name, List<String> messages) {
    return messages.stream().filter(one -> one.contains("event: " + name + "\n")).toList();
  }

  /** The only message about connections. */
  static String connections(Client listener) {
    List<String> found = named("connections", taken(listener));
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  static long id(String message) {
    assertThat(message).startsWith("id: ");
    return Long.parseLong(message.substring(4, message.indexOf('\n')));
  }

  static boolean isGap(String message) {
    return message.contains("event: gap\n");
  }
}
