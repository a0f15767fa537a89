package dev.argyle.server.admission;

import dev.argyle.server.config.Socks;
import java.net.InetAddress;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Decides, when a connection arrives, whether it may begin. Shared by threads; never blocks.
 *
 * <p>Beside the cap on all connections there is an early random drop, as OpenSSH's MaxStartups:
 * while fewer than {@code max-unauthenticated} clients are in their handshake, nobody is dropped.
 * From that number on, 30 % of those who arrive are, and linearly more up to all of them at twice
 * the number. So one who fills the places with idle handshakes cannot lock the others out: some of
 * every handful of theirs get in. It is the caller's to count in each admitted connection's end:
 *
 * <pre>{@code
 * arrives == ADMITTED --> authenticated() --> leaves(true)
 *                    \--------------------->  leaves(false)
 * }</pre>
 */
public final class Admission {

  /** The chance to be dropped at {@code max-unauthenticated}. */
  static final double FIRST_CHANCE = 0.3;

  /** All are dropped at this many times {@code max-unauthenticated}. */
  static final int ALL_DROPPED_AT = 2;

  /**
   * What can change while the server runs.
   *
   * @param maxConnections at least 1
   * @param maxUnauthenticated in their handshake before any is dropped, at least 1
   * @param penalties whether sources are penalised
   */
  public record Settings(int maxConnections, int maxUnauthenticated, boolean penalties) {

    public Settings {
      if (maxConnections < 1 || maxUnauthenticated < 1) {
        throw new IllegalArgumentException("both bounds are at least 1");
      }
    }

    public static Settings of(Socks config) {
      return new Settings(config.maxConnections(), config.maxUnauthenticated(), config.penalties());
    }
  }

  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger unauthenticated = new AtomicInteger();
  private final Penalties penalties;
  private final DoubleSupplier chance;
  private volatile Settings settings;

  public Admission(Settings settings) {
    this(settings, System::nanoTime, () -> ThreadLocalRandom.current().nextDouble());
  }

  /**
   * @param nanoTime as {@link System#nanoTime}
   * @param chance numbers from 0 to below 1; called by many threads
   */
  public Admission(Settings settings, LongSupplier nanoTime, DoubleSupplier chance) {
    this.settings = settings;
    this.chance = chance;
    this.penalties = new Penalties(nanoTime);
    penalties.enable(settings.penalties());
  }

  /** One table for every door. */
  public Penalties penalties() {
    return penalties;
  }

  /** From now on. Who is in stays in. */
  public void settings(Settings newSettings) {
    settings = newSettings;
    penalties.enable(newSettings.penalties());
  }

  /** Decides about a connection. Only {@code ADMITTED} is counted. */
  public Decision arrives(InetAddress source) {
    if (penalties.refuses(source)) {
      return Decision.PENALISED;
    }
    Settings now = settings;
    if (connections.incrementAndGet() > now.maxConnections) {
      connections.decrementAndGet();
      return Decision.TOO_MANY;
    }
    int before = unauthenticated.getAndIncrement();
    if (isDropped(before, now.maxUnauthenticated)) {
      unauthenticated.decrementAndGet();
      connections.decrementAndGet();
      return Decision.DROPPED_EARLY;
    }
    return Decision.ADMITTED;
  }

  private boolean isDropped(int before, int from) {
    if (before < from) {
      return false;
    }
    double way = (double) (before - from) / ((ALL_DROPPED_AT - 1L) * from); // 0 to 1 and beyond
    return chance.getAsDouble() < FIRST_CHANCE + (1 - FIRST_CHANCE) * way;
  }

  /** An admitted client's handshake is behind it, with or without a password. */
  public void authenticated() {
    unauthenticated.decrementAndGet();
  }

  /**
   * An admitted connection has ended.
   *
   * @param wasAuthenticated whether {@link #authenticated} was called for it
   */
  public void leaves(boolean wasAuthenticated) {
    if (!wasAuthenticated) {
      unauthenticated.decrementAndGet();
    }
    connections.decrementAndGet();
  }

  /** Connections that were admitted and have not left. */
  public int connections() {
    return connections.get();
  }

  /** Those of them that are in their handshake. */
  public int unauthenticated() {
    return unauthenticated.get();
  }
}
