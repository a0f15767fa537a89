package dev.argyle.server;

import dev.argyle.server.account.AccountBook;
import dev.argyle.server.account.AccountStoreException;
import dev.argyle.server.admission.Admission;
import dev.argyle.server.config.Dns;
import dev.argyle.server.dial.SystemResolver;
import dev.argyle.server.history.Archive;
import dev.argyle.server.manage.events.EventHub;
import dev.argyle.server.session.Services;
import dev.argyle.server.session.SocksServer;
import dev.argyle.server.telemetry.Concurrency;
import dev.argyle.server.telemetry.Door;
import dev.argyle.server.telemetry.Gauge;
import dev.argyle.server.telemetry.Gauges;
import dev.argyle.server.telemetry.ProcessFigures;
import dev.argyle.server.telemetry.Telemetry;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.IntSupplier;

/** Where each gauge is read. Any thread may call; nothing here walks users or connections. */
final class ServerGauges implements Gauges {

  /** The database counts by a walk, so it is asked this often at most. */
  private static final long ACCOUNTS_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final int FAMILIES = 2;

  private final AccountBook accounts;
  private final Admission admission;
  private final Telemetry telemetry;
  private final Services services;
  private final SocksServer socks;
  private final SystemResolver resolver;
  private final Archive archive;
  private final Dns dns;
  private final int descriptors;
  private final DoubleSupplier certificateEndSeconds;
  private final IntSupplier listeners;
  private volatile Counted counted = new Counted(Double.NaN, System.nanoTime() - ACCOUNTS_NANOS);

  private record Counted(double accounts, long atNanos) {}

  /**
   * @param dns as it was at the start, for it does not change
   * @param descriptors that this process may have
   * @param certificateEndSeconds since 1970; NaN: there is none
   * @param listeners to events
   */
  ServerGauges(
      AccountBook accounts,
      Admission admission,
      Telemetry telemetry,
      Services services,
      SocksServer socks,
      SystemResolver resolver,
      Archive archive,
      Dns dns,
      int descriptors,
      DoubleSupplier certificateEndSeconds,
      IntSupplier listeners) {
    this.accounts = accounts;
    this.admission = admission;
    this.telemetry = telemetry;
    this.services = services;
    this.socks = socks;
    this.resolver = resolver;
    this.archive = archive;
    this.dns = dns;
    this.descriptors = descriptors;
    this.certificateEndSeconds = certificateEndSeconds;
    this.listeners = listeners;
  }

  @Override
  public double read(Gauge gauge) {
    return switch (gauge) {
      case CONNECTIONS_OPEN -> concurrency().current();
      case CONNECTIONS_MOST -> Math.max(concurrency().current(), concurrency().highest());
      case CONNECTIONS_LIMIT -> admission.bounds(Door.SOCKS).connections();
      case HANDSHAKES_OPEN -> admission.unauthenticated();
      case HANDSHAKES_LIMIT -> admission.bounds(Door.SOCKS).unauthenticated();
      case USERS_CONNECTED -> admission.users();
      case ACCOUNTS -> accounts();
      case ACCOUNTS_LIMITED -> admission.accounts().size();
      case PENALTIES -> admission.penalties().sources();
      case DOOR_MASS -> admission.connections(Door.MASS);
      case DOOR_FEED -> admission.connections(Door.FEED);
      case DOOR_HTTP -> admission.connections(Door.HTTP);
      case EVENT_LISTENERS -> listeners.getAsInt();
      case EVENT_LISTENERS_LIMIT -> EventHub.LISTENERS_AT_MOST;
      case LOGINS_WAITING -> admission.passwordTurns().waiting();
      case COSTLY_LOGINS_WAITING -> admission.costlyPasswordTurns().waiting();
      case TOKENS_WAITING -> admission.tokenTurns().waiting();
      case OUTSIDE_LOGINS_WAITING -> services.logins().waitingOutside();
      case HASHES_WAITING -> accounts.hashing().waiting();
      case HASHES_LIMIT -> accounts.hashing().slots();
      case DNS_OPEN -> resolver.questions();
      case DNS_UNDER_WAY -> resolver.turns().underWay();
      case DNS_LIMIT -> dns.maxQuestions();
      case DNS_WAITING -> resolver.turns().waiting();
      case DNS_ASKERS -> resolver.turns().sources();
      case DNS_CACHE -> resolver.cached();
      case DNS_CACHE_LIMIT -> (double) FAMILIES * dns.cacheEntries();
      case UDP_ASSOCIATIONS -> services.associations();
      case UDP_ASSOCIATIONS_LIMIT -> services.policy().udp().maxAssociations();
      case BINDS_WAITING -> services.bindsWaiting();
      case BINDS_LIMIT -> services.policy().bind().maxWaiting();
      case HELD_HEAP -> socks.held(loop -> loop.heap().heldNowOctets());
      case HELD_HANDSHAKES -> socks.held(loop -> loop.handshakes().heldNowOctets());
      case HELD_PIPES -> socks.held(loop -> loop.pipeHoldings().heldNowOctets());
      case HELD_HEAP_LIMIT -> socks.held(loop -> loop.heap().capacityOctets());
      case HELD_HANDSHAKES_LIMIT -> socks.held(loop -> loop.handshakes().capacityOctets());
      case HELD_PIPES_LIMIT -> socks.held(loop -> loop.pipeHoldings().capacityOctets());
      case LOG_LINES_WAITING -> telemetry.accessLog().waiting() + telemetry.securityLog().waiting();
      case LOG_LINES_LIMIT -> telemetry.accessLog().capacity() + telemetry.securityLog().capacity();
      case HISTORY -> archive.history().octets();
      case HISTORY_LIMIT -> archive.history().limitOctets();
      case DESCRIPTORS_OPEN -> known(ProcessFigures.descriptors());
      case DESCRIPTORS_LIMIT -> descriptors == Integer.MAX_VALUE ? Double.NaN : descriptors;
      case HEAP -> ProcessFigures.heapOctets();
      case HEAP_LIMIT -> ProcessFigures.heapLimitOctets();
      case DIRECT_MEMORY -> ProcessFigures.directOctets();
      case RESIDENT -> known(ProcessFigures.residentOctets());
      case CERTIFICATE_EXPIRY -> certificateEndSeconds.getAsDouble();
    };
  }

  /** How often each rule has decided, by its number or a word for a default. */
  Map<String, Long> ruleHits() {
    return services.policy().rules().hits();
  }

  private Concurrency concurrency() {
    return telemetry.connections().concurrency();
  }

  private static double known(long figure) {
    return figure == 0 ? Double.NaN : figure;
  }

  /** Accounts, and users of this run, as they were some seconds ago. */
  double accounts() {
    Counted last = counted;
    long now = System.nanoTime();
    if (now - last.atNanos >= ACCOUNTS_NANOS) {
      last = new Counted(count(), now);
      counted = last;
    }
    return last.accounts;
  }

  private double count() {
    try {
      return accounts.count();
    } catch (AccountStoreException unreadable) { // the log tells of it
      return Double.NaN;
    }
  }
}
