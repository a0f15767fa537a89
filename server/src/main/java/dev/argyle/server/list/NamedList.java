package dev.argyle.server.list;

import dev.argyle.server.config.FileStamp;
import dev.argyle.server.config.NameList;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A list that rules name, with what its file had when it was last read. Any thread asks, without
 * waiting; whoever asks while it is replaced gets the old contents or the new ones. {@link Lists}
 * alone changes it, under its monitor.
 */
public final class NamedList {

  static final long NEVER = 0;

  private final String name;
  private volatile Contents contents = Contents.NOTHING;
  private volatile NameList settings;
  private volatile long loadedMillis = NEVER;
  private final AtomicLong loads = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();
  private volatile @Nullable String failure; // of the last attempt

  @Nullable FileStamp read; // of what was read, rightly or not
  @Nullable FileStamp changed; // another one, that was seen once

  /** Nothing is in it yet. */
  NamedList(String name, NameList settings) {
    this.name = name;
    this.settings = settings;
  }

  /** As rules have it behind {@code @}. */
  public String name() {
    return name;
  }

  /** Whether it is of networks, not of names. */
  public boolean isOfNetworks() {
    return settings.format().hasNetworks();
  }

  /**
   * Whether a name is meant.
   *
   * @param host in lower case, without a trailing dot
   */
  public boolean hasName(String host) {
    return contents.names().has(host);
  }

  /**
   * Whether one of the networks has an address.
   *
   * @param width 32 or 128 bits
   * @param high the address, left-aligned in 128 bits
   */
  public boolean holds(int width, long high, long low) {
    return contents.holds(width, high, low);
  }

  /**
   * The number of the country that an address is in, as {@link CountryCode} has it.
   *
   * @param width 32 or 128 bits
   * @param high the address, left-aligned in 128 bits
   * @return {@link CountryCode#NONE}: in none, or this is no database of countries
   */
  public int country(int width, long high, long low) {
    return contents.countries().of(width, high, low);
  }

  /** How often its file was taken: another number says that it has other contents. */
  public long loads() {
    return loads.get();
  }

  long heapOctets() {
    return contents.heapOctets();
  }

  NameList settings() {
    return settings;
  }

  void settings(NameList next) {
    settings = next;
  }

  void replace(Contents next, long nowMillis) {
    contents = next;
    loads.incrementAndGet();
    loadedMillis = nowMillis;
    failure = null;
  }

  /** The old contents stay. True: it is another failure than the last one. */
  boolean failed(String why) {
    boolean news = !why.equals(failure);
    failures.incrementAndGet();
    failure = why;
    return news;
  }

  /**
   * For people and metrics.
   *
   * @param size names or networks
   * @param loadedMillis when they were read, since 1970
   * @param failures of attempts to read the file again since the start
   * @param failure why the last attempt failed; null: it did not
   */
  public record Status(
      String name,
      String file,
      String format,
      int size,
      long loadedMillis,
      long failures,
      @Nullable String failure) {}

  /** How it stands. */
  public Status status() {
    Contents now = contents;
    NameList of = settings;
    String format = of.format().name().toLowerCase(Locale.ROOT);
    return new Status(name, of.file(), format, now.size(), loadedMillis, failures.get(), failure);
  }
}
