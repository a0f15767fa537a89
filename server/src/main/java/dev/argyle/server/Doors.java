package dev.argyle.server;

import dev.argyle.server.admission.Admission;
import dev.argyle.server.config.Endpoint;
import dev.argyle.server.config.Given;
import dev.argyle.server.config.Management;
import dev.argyle.server.control.ProxyControl;
import dev.argyle.server.manage.bottler.BottlerDoor;
import dev.argyle.server.manage.door.AnswerBudget;
import dev.argyle.server.manage.door.DoorListener;
import dev.argyle.server.manage.door.DoorServices;
import dev.argyle.server.manage.feed.FeedConversation;
import dev.argyle.server.manage.http.HttpDoor;
import dev.argyle.server.manage.http.TlsFiles;
import dev.argyle.server.manage.mass.MassConversation;
import dev.argyle.server.net.IdleLoops;
import dev.argyle.server.rule.OwnListener;
import dev.argyle.server.telemetry.Tally;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The management doors that the configuration asks for, on a loop of their own. */
final class Doors implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Doors.class);

  /** FEED over SCTP. */
  static final String FEED_KEY = "management.feed.listen";

  /** Opens a listener. */
  private interface Opening {
    DoorListener at(String host, int port) throws IOException;
  }

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("management", true), NioIoHandler.newFactory());
  private final Map<String, InetSocketAddress> addresses = new LinkedHashMap<>();
  private final List<OwnListener> listeners = new ArrayList<>();
  private final List<DoorListener> open = new ArrayList<>();

  private final boolean asked;
  private volatile @Nullable TlsFiles certificate; // null: HTTP is without TLS

  private Doors(Given given) {
    asked = given.asksFor(FEED_KEY);
    IdleLoops.sleepLong(loops);
  }

  /**
   * Opens all of them, or none.
   *
   * @param given what the file itself asks for
   * @param http what the HTTP door serves
   * @param shown is told of the HTTP door's certificate
   */
  static Doors open(
      Management management,
      Given given,
      ProxyControl control,
      Admission admission,
      Tally counters,
      HttpDoor.Settings http,
      TlsFiles.Publication shown)
      throws StartFailure {
    Doors doors = new Doors(given);
    try {
      doors.certificate = tls(management.http(), shown);
      doors.openAll(
          management,
          new DoorServices(doors.loops, control, admission, counters, new AnswerBudget()),
          http.with(doors.certificate));
    } catch (StartFailure failure) {
      doors.close();
      throw failure;
    }
    return doors;
  }

  private void openAll(Management management, DoorServices services, HttpDoor.Settings http)
      throws StartFailure {
    Management.Mass mass = management.mass();
    ByteOrder order =
        switch (mass.counters()) {
          case NETWORK -> ByteOrder.BIG_ENDIAN;
          case LITTLE_ENDIAN -> ByteOrder.LITTLE_ENDIAN;
        };
    open(
        "mass",
        "management.mass.listen",
        mass.listen(),
        OwnListener.Transport.TCP,
        (host, port) ->
            DoorListener.tcp(services, host, port, MassConversation.over(services, order)));
    Endpoint feed = management.feed().listen();
    open(
        "feed",
        FEED_KEY,
        feed != null && hasSctp(feed) ? feed : null,
        OwnListener.Transport.SCTP,
        (host, port) ->
            DoorListener.sctp(services, host, port, FeedConversation.overSctp(services)));
    open(
        "feedTcp",
        "management.feed.tcp",
        management.feed().tcp(),
        OwnListener.Transport.TCP,
        (host, port) -> DoorListener.tcp(services, host, port, FeedConversation.overTcp(services)));
    open(
        "bottler",
        "management.bottler.listen",
        management.bottler().listen(),
        OwnListener.Transport.UDP,
        (host, port) -> BottlerDoor.open(services, host, port));
    open(
        "http",
        "management.http.listen",
        management.http().listen(),
        OwnListener.Transport.TCP,
        (host, port) -> HttpDoor.open(services, host, port, http));
  }

  /** Null: HTTP is not encrypted, or does not listen. */
  private static @Nullable TlsFiles tls(Management.Http http, TlsFiles.Publication shown)
      throws StartFailure {
    String certificate = http.tls().certificate();
    String key = http.tls().key();
    if (certificate == null || key == null || http.listen() == null) {
      return null;
    }
    try {
      return TlsFiles.read(Path.of(certificate), Path.of(key), shown);
    } catch (IOException wrong) {
      throw new StartFailure("management.http.tls: " + wrong.getMessage(), 1);
    }
  }

  /** Who asked for it is warned; that a default cannot be had is worth a line, and no more. */
  private boolean hasSctp(Endpoint endpoint) {
    String missing = DoorListener.sctpMissing();
    if (missing != null && asked) {
      LOG.warn("FEED does not listen on {}: {}", endpoint, withoutSctp(missing));
    } else if (missing != null) {
      LOG.info(
          "FEED does not listen on {}: SCTP is not available ({}); for FEED over TCP set"
              + " management.feed.tcp",
          endpoint,
          missing);
    }
    return missing == null;
  }

  /** What is missing for FEED, and what to do. */
  static String withoutSctp(String missing) {
    return "SCTP is not available ("
        + missing
        + "); for FEED over TCP set management.feed.tcp, or install libsctp1 and load the kernel's"
        + " module (modprobe sctp); null turns this listener off";
  }

  private void open(
      String name,
      String key,
      @Nullable Endpoint endpoint,
      OwnListener.Transport transport,
      Opening opening)
      throws StartFailure {
    if (endpoint == null) {
      return;
    }
    try {
      DoorListener listener = opening.at(endpoint.host(), endpoint.port());
      InetSocketAddress local = listener.local();
      open.add(listener);
      addresses.put(name, local);
      listeners.add(new OwnListener(local.getAddress(), local.getPort(), transport));
    } catch (IOException refused) {
      throw new StartFailure(
          key
              + ": cannot listen on "
              + endpoint
              + ": "
              + refused.getMessage()
              + "; give another address or port there, or with -L and -P, or null for none",
          1);
    }
  }

  /** What the doors run on. */
  Iterable<EventExecutor> loops() {
    return loops;
  }

  /** By the names of endpoints.json. */
  Map<String, InetSocketAddress> addresses() {
    return addresses;
  }

  /** When the certificate of the HTTP door expires, in seconds since 1970; NaN: it has none. */
  double certificateEndSeconds() {
    TlsFiles tls = certificate;
    return tls == null ? Double.NaN : tls.endMillis() / 1e3;
  }

  /** What no client may reach. */
  List<OwnListener> listeners() {
    return listeners;
  }

  @Override
  public void close() {
    open.forEach(DoorListener::close);
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }
}
