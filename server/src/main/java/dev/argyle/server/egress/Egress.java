package dev.argyle.server.egress;

import dev.argyle.server.config.EgressSettings;
import dev.argyle.server.config.EgressSettings.By;
import dev.argyle.server.config.EgressSettings.Families;
import dev.argyle.server.config.Network;
import dev.argyle.server.net.Binding;
import dev.argyle.server.telemetry.Tally;
import dev.argyle.wire.Addresses;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** One egress of the configuration. Safe for any thread. */
final class Egress {

  /** What keeps its address where logins name sessions. */
  private record Session(Object account, String name) {}

  private final String name;
  private final EgressSettings settings;
  private final Binding model;
  private final Pool none;
  private final Pick unaddressed;
  private final @Nullable Pool ipv4;
  private final @Nullable Pool ipv6;

  Egress(String name, EgressSettings settings, LongSupplier nanoTime) {
    this.name = name;
    this.settings = settings;
    Integer mark = settings.mark();
    this.model =
        new Binding(
            null, settings.freeBind(), settings.networkInterface(), mark == null ? 0 : mark);
    this.none = new NoPool(name, settings);
    boolean bare = model.device() == null && model.mark() == 0;
    this.unaddressed = bare ? Pick.ANY : new Pick(model, none, 0);
    this.ipv4 = pool(false, nanoTime);
    this.ipv6 = pool(true, nanoTime);
  }

  private @Nullable Pool pool(boolean isIpv6, LongSupplier nanoTime) {
    List<InetAddress> addresses =
        settings.addresses().stream().filter(one -> one instanceof Inet6Address == isIpv6).toList();
    if (!addresses.isEmpty()) {
      return new AddressPool(name, settings, addresses, model, nanoTime);
    }
    Network prefix = settings.prefix();
    if (prefix == null || prefix.address() instanceof Inet6Address != isIpv6) {
      return null;
    }
    Binding free = new Binding(null, true, model.device(), model.mark());
    return EgressSettings.isSmall(prefix)
        ? new AddressPool(name, settings, PrefixPool.list(prefix), free, nanoTime)
        : new PrefixPool(name, settings, prefix, free, nanoTime);
  }

  EgressSettings settings() {
    return settings;
  }

  /** How one client's sockets are bound. */
  Sources of(EgressClient client) {
    return new Bound(this, client);
  }

  private @Nullable String unusable(InetAddress to, EgressClient client) {
    boolean isIpv6 = to instanceof Inet6Address;
    Families family = settings.family();
    if (family != null && !family.allows(isIpv6)) {
      return "egress " + name + " is " + (isIpv6 ? "only-4" : "only-6");
    }
    String words = isIpv6 ? "IPv6" : "IPv4";
    if (settings.sameAsIncoming()) {
      boolean same = Addresses.normalise(client.incoming().get()) instanceof Inet6Address == isIpv6;
      return same ? null : "egress " + name + ": the client has not come over " + words;
    }
    return !settings.namesAddresses() || settings.has(isIpv6)
        ? null
        : "egress " + name + " has no address of " + words;
  }

  private @Nullable Pick pick(InetAddress to, EgressClient client, Tally counters) {
    if (settings.sameAsIncoming()) {
      InetAddress incoming = Addresses.normalise(client.incoming().get());
      // What is on loopback reaches loopback alone.
      return incoming.isLoopbackAddress() && !to.isLoopbackAddress()
          ? unaddressed
          : new Pick(model.at(incoming), none, 0);
    }
    Pool pool = to instanceof Inet6Address ? ipv6 : ipv4;
    return pool == null ? unaddressed : pool.pick(key(client), counters);
  }

  private Object key(EgressClient client) {
    String session = client.session();
    return switch (settings.by()) {
      case By.ACCOUNT -> client.account();
      case By.SESSION ->
          session == null ? client.account() : new Session(client.account(), session);
      case By.DESTINATION -> client.destination();
    };
  }

  /** An egress as one client meets it. */
  private record Bound(Egress egress, EgressClient client) implements Sources {

    @Override
    public Object origin() {
      return egress;
    }

    @Override
    public @Nullable String unusable(InetAddress to) {
      return egress.unusable(to, client);
    }

    @Override
    public @Nullable Families families() {
      return egress.settings.family();
    }

    @Override
    public @Nullable Pick pick(InetAddress to, Tally counters) {
      return egress.pick(to, client, counters);
    }
  }
}
