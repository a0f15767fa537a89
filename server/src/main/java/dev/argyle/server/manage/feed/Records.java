package dev.argyle.server.manage.feed;

import dev.argyle.server.control.ConnectionEntry;
import dev.argyle.wire.Addresses;
import dev.argyle.wire.Destination;
import dev.argyle.wire.Host;
import dev.argyle.wire.feed.FeedRecord;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Connections as FEED tells them. */
final class Records {

  private Records() {}

  static FeedRecord of(ConnectionEntry entry) {
    return new FeedRecord(
        entry.id(),
        entry.startMillis(),
        entry.endMillis(),
        entry.up(),
        entry.down(),
        entry.reply(),
        entry.command(),
        entry.user(),
        Destination.of(new InetSocketAddress(entry.client(), entry.clientPort())),
        destination(entry));
  }

  /** What was asked for; 0.0.0.0:0 where that cannot be told. */
  private static Destination destination(ConnectionEntry entry) {
    String host = entry.destination();
    if (host == null || host.isEmpty() || host.length() > Host.Name.MAX_OCTETS) {
      return Destination.UNSPECIFIED;
    }
    InetAddress address = Addresses.parse(host);
    return address != null
        ? Destination.of(new InetSocketAddress(address, entry.destinationPort()))
        : new Destination(new Host.Name(host), entry.destinationPort());
  }
}
