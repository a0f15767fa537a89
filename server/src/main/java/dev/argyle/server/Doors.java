package dev.argyle.server;

import dev.argyle.server.account.AdminSecret;
import dev.argyle.server.admission.Penalties;
import dev.argyle.server.config.Endpoint;
import dev.argyle.server.config.Management;
import dev.argyle.server.control.ProxyControl;
import dev.argyle.server.manage.bottler.BottlerDoor;
import dev.argyle.server.manage.door.Reception;
import dev.argyle.server.manage.door.SctpListener;
import dev.argyle.server.manage.door.TcpListener;
import dev.argyle.server.manage.feed.FeedDoor;
import dev.argyle.server.manage.mass.MassDoor;
import dev.argyle.server.rule.OwnListener;
import dev.argyle.wire.bottler.BottlerToken;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The management doors that the configuration asks for, on a loop of their own. */
final class Doors implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Doors.class);

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("management", true), NioIoHandler.newFactory());
  private final Reception reception;
  private final Map<String, InetSocketAddress> addresses = new LinkedHashMap<>();
  private final List<OwnListener> listeners = new ArrayList<>();
  private final List<AutoCloseable> open = new ArrayList<>();

  private Doors(ProxyControl control, Penalties penalties) {
    this.reception = new Reception(loops, control, penalties);
  }

  /** Opens all of them, or none. */
  static Doors open(
      Management management, ProxyControl control, Penalties penalties, AdminSecret secret)
      throws StartFailure {
    Doors doors = new Doors(control, penalties);
    try {
      doors.openMass(management.mass());
      doors.openFeed(management.feed());
      doors.openFeedOverTcp(management.feed());
      doors.openBottler(management.bottler(), BottlerToken.ofHex(secret.bottlerToken()));
    } catch (StartFailure failure) {
      doors.close();
      throw failure;
    }
    return doors;
  }

  private void openMass(Management.Mass mass) throws StartFailure {
    Endpoint endpoint = mass.listen();
    if (endpoint == null) {
      return;
    }
    ByteOrder order = mass.littleEndianCounters() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    try {
      TcpListener listener =
          MassDoor.open(reception, endpoint.host(), endpoint.port(), mass.anonymous(), order);
      opened("mass", listener, listener.local(), OwnListener.Transport.TCP);
    } catch (IOException refused) {
      throw failure("management.mass.listen", endpoint, refused);
    }
  }

  private void openFeed(Management.Feed feed) throws StartFailure {
    Endpoint endpoint = feed.listen();
    if (endpoint == null) {
      return;
    }
    String missing = SctpListener.missing();
    if (missing != null) {
      LOG.warn(
          "FEED does not listen on {}: SCTP is not available ({}); install libsctp1 and load the"
              + " kernel's module (modprobe sctp), or set management.feed.listen to null and, for"
              + " FEED over TCP, management.feed.tcp; everything else works",
          endpoint,
          missing);
      return;
    }
    try {
      SctpListener listener = FeedDoor.openSctp(reception, endpoint.host(), endpoint.port());
      opened("feed", listener, listener.local(), OwnListener.Transport.SCTP);
    } catch (IOException refused) {
      throw failure("management.feed.listen", endpoint, refused);
    }
  }

  private void openFeedOverTcp(Management.Feed feed) throws StartFailure {
    Endpoint endpoint = feed.tcp();
    if (endpoint == null) {
      return;
    }
    try {
      TcpListener listener = FeedDoor.openTcp(reception, endpoint.host(), endpoint.port());
      opened("feedTcp", listener, listener.local(), OwnListener.Transport.TCP);
    } catch (IOException refused) {
      throw failure("management.feed.tcp", endpoint, refused);
    }
  }

  private void openBottler(Management.Bottler bottler, BottlerToken token) throws StartFailure {
    Endpoint endpoint = bottler.listen();
    if (endpoint == null) {
      return;
    }
    try {
      Channel channel = BottlerDoor.open(reception, endpoint.host(), endpoint.port(), token);
      opened(
          "bottler",
          () -> channel.close().awaitUninterruptibly(),
          (InetSocketAddress) channel.localAddress(),
          OwnListener.Transport.UDP);
    } catch (IOException refused) {
      throw failure("management.bottler.listen", endpoint, refused);
    }
  }

  private void opened(
      String name, AutoCloseable door, InetSocketAddress local, OwnListener.Transport transport) {
    open.add(door);
    addresses.put(name, local);
    listeners.add(new OwnListener(local.getAddress(), local.getPort(), transport));
  }

  private static StartFailure failure(String key, Endpoint endpoint, IOException refused) {
    return new StartFailure(
        key
            + ": cannot listen on "
            + endpoint
            + ": "
            + refused.getMessage()
            + "; give another address or port there, or with -L and -P, or null for none",
        1);
  }

  /** By the names of endpoints.json. */
  Map<String, InetSocketAddress> addresses() {
    return addresses;
  }

  /** What no client may reach. */
  List<OwnListener> listeners() {
    return listeners;
  }

  @Override
  public void close() {
    for (AutoCloseable door : open) {
      try {
        door.close();
      } catch (Exception bug) {
        throw new IllegalStateException(bug);
      }
    }
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }
}
