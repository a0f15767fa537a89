package dev.argyle.server.udp;

import dev.argyle.server.egress.Sources;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.wire.Destination;
import dev.argyle.wire.Host;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rules and the resolver: everything is allowed, names wait until they are answered. */
final class RecordingOwner implements UdpOwner {

  Object rules = new Object();
  boolean fullCone;
  boolean denies;
  boolean breaks;
  final List<Destination> asked = new ArrayList<>();
  final List<@Nullable InetAddress> befores = new ArrayList<>();
  final List<UdpOwner.Finding> waiting = new ArrayList<>();
  int givenUp;
  @Nullable Throwable bug;
  long up;
  long down;

  @Override
  public Object rules() {
    return rules;
  }

  @Override
  public void onBug(Throwable thrown) {
    bug = thrown;
  }

  @Override
  public boolean fullCone() {
    return fullCone;
  }

  @Override
  public boolean allows(Destination destination, InetAddress address, @Nullable Sources sources) {
    if (breaks) {
      throw new IllegalStateException("a bug");
    }
    return !denies;
  }

  @Override
  public @Nullable Runnable find(
      Destination destination, @Nullable InetAddress before, Finding finding) {
    asked.add(destination);
    befores.add(before);
    if (breaks) {
      throw new IllegalStateException("a bug");
    }
    if (denies) {
      finding.dropped(Counter.UDP_DROPPED_DENIED);
      return null;
    }
    return switch (destination.host()) {
      case Host.Ipv4(var address) -> found(finding, address);
      case Host.Ipv6(var address) -> found(finding, address);
      case Host.Name _ -> {
        waiting.add(finding);
        yield () -> givenUp++;
      }
    };
  }

  private static @Nullable Runnable found(Finding finding, InetAddress address) {
    finding.found(address, null);
    return null;
  }

  @Override
  public void up(long octets) {
    up += octets;
  }

  @Override
  public void down(long octets) {
    down += octets;
  }
}
