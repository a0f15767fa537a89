package dev.argyle.server.list;

import dev.argyle.server.config.Countries;
import dev.argyle.server.config.FileStamp;
import dev.argyle.server.config.NameList;
import dev.argyle.server.config.NameList.Refresh;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All lists of the configuration. Shared by threads: everything changes under the monitor, which is
 * held while files are read, and never by an event loop; {@link NamedList}s are asked without it.
 *
 * <p>A list is replaced as a whole. A file that cannot be read as its format leaves the old
 * contents in force, which is logged once for each reason; at the start, and where a list is new,
 * it is an error. If it could not be read at all, though it is there, it is tried at every look.
 *
 * <p>A changed file is noticed within {@link #LOOK_SECONDS}, and read when it has stayed the same
 * for as long: a program that writes it in place is not met in the middle of its work. Put a new
 * file in the old one's place (rename), and there is nothing to meet.
 */
public final class Lists implements AutoCloseable {

  /** How often files are looked at. */
  static final long LOOK_SECONDS = 1;

  private static final Logger LOG = LoggerFactory.getLogger(Lists.class);

  private final LongSupplier clockMillis;
  private final HeapShare share;
  private volatile Map<String, NamedList> lists = Map.of(); // replaced under the monitor
  private @Nullable Thread watch; // under the monitor
  private boolean watched; // under the monitor

  /** No list yet. */
  public Lists() {
    this(System::currentTimeMillis, HeapShare.ofHeap());
  }

  Lists(LongSupplier clockMillis, HeapShare share) {
    this.clockMillis = clockMillis;
    this.share = share;
  }

  /**
   * Reads every list for the first time. Blocks.
   *
   * @throws ListFault with a line for each list that cannot be read
   */
  public static Lists load(Map<String, NameList> settings) throws ListFault {
    Lists lists = new Lists();
    if (!settings.isEmpty()) {
      List<String> problems = lists.reload(settings);
      if (!problems.isEmpty()) {
        throw new ListFault(String.join("\n", problems));
      }
    }
    return lists;
  }

  /** What is wrong with the files of these lists, a line each; nothing is kept. Blocks. */
  public static List<String> problems(Map<String, NameList> settings) {
    List<String> problems = new ArrayList<>();
    attempts(settings, HeapShare.ofHeap(), Map.of())
        .forEach(
            (name, attempt) -> {
              if (attempt.contents == null) {
                problems.add(attempt.problem(name));
              }
            });
    return problems;
  }

  /** The lists of now, by name; the result does not change, but what is in the lists does. */
  public Map<String, NamedList> all() {
    return lists;
  }

  /**
   * Reads every file again, for a configuration that may have other lists. Blocks.
   *
   * @return why nothing was changed: a new list cannot be read; empty: it was
   */
  public synchronized List<String> reload(Map<String, NameList> next) {
    Map<String, Attempt> attempts = attempts(next, share, lists);
    List<String> problems = new ArrayList<>();
    attempts.forEach(
        (name, attempt) -> {
          if (attempt.contents == null && !lists.containsKey(name)) {
            problems.add(attempt.problem(name));
          }
        });
    if (!problems.isEmpty()) {
      return problems;
    }
    Map<String, NamedList> after = new HashMap<>();
    attempts.forEach((name, attempt) -> after.put(name, list(name, attempt)));
    lists = Map.copyOf(after);
    watchIfNeeded();
    return List.of();
  }

  /**
   * One file, as it was read.
   *
   * @param stamp of what was read; null: it is to be tried again though nothing has changed
   * @param contents null: it could not be
   */
  private record Attempt(
      NameList settings, @Nullable FileStamp stamp, @Nullable Contents contents, String failure) {

    String problem(String name) {
      return (name.equals(Countries.NAME) ? "countries.file" : "lists." + name) + ": " + failure;
    }
  }

  /**
   * Reads files one after the other; each has what those before it have left of the share.
   *
   * @param there whose contents stay if a file cannot be read
   */
  private static Map<String, Attempt> attempts(
      Map<String, NameList> next, HeapShare share, Map<String, NamedList> there) {
    Map<String, Attempt> attempts = new TreeMap<>();
    HeapShare left = share;
    for (Map.Entry<String, NameList> one : new TreeMap<>(next).entrySet()) {
      Attempt attempt = attempt(one.getValue(), left);
      NamedList old = there.get(one.getKey());
      if (attempt.contents != null) {
        left = left.without(attempt.contents.heapOctets());
      } else if (old != null) {
        left = left.without(old.heapOctets());
      }
      attempts.put(one.getKey(), attempt);
    }
    return attempts;
  }

  /** Null: that cannot be told, and neither can the file be read. */
  private static @Nullable FileStamp stamp(NameList settings) {
    try {
      return FileStamp.of(Path.of(settings.file()));
    } catch (IOException unknown) {
      return null;
    }
  }

  private static Attempt attempt(NameList settings, HeapShare share) {
    @Nullable FileStamp stamp = stamp(settings); // before it is read
    try {
      return new Attempt(settings, stamp, ListReader.read(settings, share), "");
    } catch (ListFault wrong) {
      return new Attempt(settings, done(stamp, wrong), null, String.valueOf(wrong.getMessage()));
    }
  }

  /** What is taken for read after a failure. Null: nothing, so it is tried at the next look. */
  private static @Nullable FileStamp done(@Nullable FileStamp stamp, ListFault wrong) {
    boolean passes = stamp != null && !stamp.isMissing() && !wrong.isOfContent();
    return passes ? null : stamp;
  }

  private NamedList list(String name, Attempt attempt) {
    NamedList there = lists.get(name);
    NamedList list = there == null ? new NamedList(name, attempt.settings) : there;
    list.settings(attempt.settings);
    list.read = attempt.stamp;
    list.changed = null;
    if (attempt.contents == null) {
      failed(list, attempt.failure);
    } else {
      replace(list, attempt.contents);
    }
    return list;
  }

  private void replace(NamedList list, Contents contents) {
    boolean again = list.status().loadedMillis() != NamedList.NEVER;
    list.replace(contents, clockMillis.getAsLong());
    if (again) {
      String what =
          switch (list.settings().format()) {
            case HOSTS, DOMAINS -> "names";
            case NETWORKS -> "networks";
            case COUNTRIES -> "ranges of addresses";
          };
      LOG.info("list {} read again: {} {}", list.name(), contents.size(), what);
    }
  }

  private void failed(NamedList list, String why) {
    if (list.failed(why)) {
      LOG.warn(
          "list {}: {}; what it had before stays in force, {} entries",
          list.name(),
          why,
          list.status().size());
    }
  }

  /** Reads what has changed and has come to rest. Blocks. */
  synchronized void look() {
    for (NamedList list : lists.values()) {
      if (list.settings().refresh() == Refresh.ON_CHANGE) {
        look(list);
      }
    }
  }

  private void look(NamedList list) {
    @Nullable FileStamp now = stamp(list.settings());
    if (Objects.equals(now, list.read)) {
      list.changed = null;
    } else if (!Objects.equals(now, list.changed)) {
      list.changed = now; // and is looked at again
    } else {
      try {
        Contents contents = ListReader.read(list.settings(), leftFor(list));
        if (Objects.equals(stamp(list.settings()), now)) { // else somebody is writing
          list.read = now;
          replace(list, contents);
        }
      } catch (ListFault wrong) {
        list.read = done(now, wrong);
        failed(list, String.valueOf(wrong.getMessage()));
      }
    }
  }

  private HeapShare leftFor(NamedList list) {
    long others =
        lists.values().stream().filter(one -> one != list).mapToLong(NamedList::heapOctets).sum();
    return share.without(others);
  }

  /** Begins to look at files; a daemon thread does. Further calls do nothing. */
  public synchronized void watch() {
    watched = true;
    watchIfNeeded();
  }

  private void watchIfNeeded() {
    boolean needed =
        lists.values().stream().anyMatch(list -> list.settings().refresh() == Refresh.ON_CHANGE);
    if (needed && watched && watch == null) {
      watch = Thread.ofPlatform().daemon().name("lists").start(this::lookOnAndOn);
    }
  }

  private void lookOnAndOn() {
    try {
      while (true) {
        TimeUnit.SECONDS.sleep(LOOK_SECONDS);
        try {
          look();
        } catch (RuntimeException | OutOfMemoryError bug) { // else no list would be read any more
          LOG.error("the files of lists could not be looked at; this is a bug in Argyle", bug);
        }
      }
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    }
  }

  /** How each list stands, in the order of their names. */
  public List<NamedList.Status> status() {
    return new TreeMap<>(lists).values().stream().map(NamedList::status).toList();
  }

  /** No file is read any more. */
  @Override
  public synchronized void close() {
    watched = false;
    if (watch != null) {
      watch.interrupt();
    }
  }
}
