package dev.argyle.server.manage.door;

import dev.argyle.wire.Addresses;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A socket for each address of this host, where one at the wildcard address would do for streams:
 * of a datagram that came to the wildcard nobody knows which address was asked, and its answer
 * would leave by the one that the route prefers. A client that is connected to the other drops it.
 *
 * <p>Looks every {@value #LOOK_SECONDS} s for addresses that have come or gone.
 */
final class AddressSockets implements AutoCloseable {

  /** Each costs a descriptor. */
  static final int MAX_ADDRESSES = 256;

  private static final int LOOK_SECONDS = 5;

  /** A free port may be taken at another address. */
  private static final int TRIES = 20;

  private static final Logger LOG = LoggerFactory.getLogger(AddressSockets.class);

  /** The addresses of this host. */
  interface OfHost {
    Set<InetAddress> now() throws SocketException;
  }

  private final Function<InetAddress, Bootstrap> receivers;
  private final OfHost addresses;
  private final Map<InetAddress, Channel> open = new LinkedHashMap<>(); // under the monitor
  private final InetSocketAddress local;
  private final ScheduledFuture<?> look;

  private AddressSockets(
      Function<InetAddress, Bootstrap> receivers,
      OfHost addresses,
      EventLoopGroup loops,
      InetSocketAddress asked)
      throws IOException {
    this.receivers = receivers;
    this.addresses = addresses;
    this.local = new InetSocketAddress(asked.getAddress(), openAll(asked.getPort()));
    this.look =
        loops.scheduleWithFixedDelay(this::follow, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
  }

  /**
   * Opens them.
   *
   * @param receivers what binds a socket of the family of an address
   * @param wildcard of IPv4: the addresses of IPv4 alone; port 0: a free one, for all the same
   * @throws IOException with words for the operator
   */
  static AddressSockets open(
      Function<InetAddress, Bootstrap> receivers, EventLoopGroup loops, InetSocketAddress wildcard)
      throws IOException {
    boolean ipv4Alone = wildcard.getAddress() instanceof Inet4Address;
    return new AddressSockets(receivers, () -> ofThisHost(ipv4Alone), loops, wildcard);
  }

  static AddressSockets open(
      Function<InetAddress, Bootstrap> receivers,
      EventLoopGroup loops,
      InetSocketAddress wildcard,
      OfHost addresses)
      throws IOException {
    return new AddressSockets(receivers, addresses, loops, wildcard);
  }

  /** The wildcard address, and the port. */
  InetSocketAddress local() {
    return local;
  }

  private int openAll(int port) throws IOException {
    Set<InetAddress> wanted = addresses.now();
    if (wanted.isEmpty() || wanted.size() > MAX_ADDRESSES) {
      throw new IOException(
          "this host has %d addresses, of which each needs a socket; name one that is to be asked"
              .formatted(wanted.size()));
    }
    for (int tries = 1; ; tries++) {
      try {
        return openAll(wanted, port);
      } catch (IOException taken) {
        closeAll();
        if (port != 0 || tries == TRIES) {
          throw taken;
        }
      }
    }
  }

  private int openAll(Set<InetAddress> wanted, int asked) throws IOException {
    int port = asked;
    for (InetAddress address : wanted) {
      Channel channel = bind(address, port);
      open.put(address, channel);
      port = ((InetSocketAddress) channel.localAddress()).getPort();
    }
    return port;
  }

  private Channel bind(InetAddress address, int port) throws IOException {
    ChannelFuture bound = receivers.apply(address).bind(address, port).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(
          "%s port %d: %s".formatted(text(address), port, bound.cause().getMessage()),
          bound.cause());
    }
    return bound.channel();
  }

  /** Runs on a loop, so it must not wait for one. */
  synchronized void follow() {
    if (look.isCancelled()) {
      return;
    }
    Set<InetAddress> now;
    try {
      now = addresses.now();
    } catch (SocketException failed) {
      LOG.warn("Bottler: cannot list this host's addresses: {}", failed.getMessage());
      return;
    }
    open.entrySet().removeIf(entry -> !now.contains(entry.getKey()) && gone(entry.getValue()));
    for (InetAddress address : now) {
      if (!open.containsKey(address) && open.size() < MAX_ADDRESSES) {
        begin(address);
      }
    }
  }

  /** As everywhere: RFC 5952. */
  private static String text(InetAddress address) {
    return Addresses.text(address);
  }

  private static boolean gone(Channel channel) {
    channel.close();
    return true;
  }

  private void begin(InetAddress address) {
    ChannelFuture bound = receivers.apply(address).bind(address, local.getPort());
    open.put(address, bound.channel());
    bound.addListener(
        done -> {
          if (!done.isSuccess()) {
            LOG.warn(
                "Bottler does not listen on {} port {}: {}",
                text(address),
                local.getPort(),
                done.cause().getMessage());
          }
        });
  }

  @Override
  public synchronized void close() {
    look.cancel(false);
    closeAll();
  }

  private void closeAll() {
    for (Channel channel : open.values()) {
      channel.close().awaitUninterruptibly();
    }
    open.clear();
  }

  private static Set<InetAddress> ofThisHost(boolean ipv4Alone) throws SocketException {
    Set<InetAddress> found = new LinkedHashSet<>();
    NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> !ipv4Alone || address instanceof Inet4Address)
        .forEach(found::add);
    return found;
  }
}
