package dev.argyle.server.control;

import dev.argyle.server.account.AccountBook;
import dev.argyle.server.account.AccountEvent;
import dev.argyle.server.account.NewAccounts;
import dev.argyle.wire.UserName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The users in pages, in the order of their octets. Safe for any thread; may block for the disk.
 *
 * <p>No name is kept but the last one of each page. At first, all names are read once, and pages
 * are filled. Then only the pages are read again to which a name came, or from which one went: one
 * that has become too large is split, and one that fits into the next is joined to it. So pages are
 * at least about half full, and a change costs a page, however many users there are. A password or
 * a flag that changes costs nothing.
 */
final class UserPages {

  /** What pages of one shape have at most: octets of names with a length octet each, and names. */
  record Shape(int octets, int names) {}

  /** Names that came or went since the last look; more of them cost a walk over all. */
  static final int MOST_CHANGES = 1_000;

  /**
   * A page: its names are greater than the last name of the page before. The last page also has
   * what is greater than its last name.
   */
  private record Extent(UserName last, int octets, int names) {

    Extent with(Extent next) {
      return new Extent(next.last, octets + next.octets, names + next.names);
    }

    boolean fits(Shape shape) {
      return octets <= shape.octets() && names <= shape.names();
    }
  }

  /** The names that came or went, as far as events tell. Safe for any thread. */
  private static final class Noted {
    private Set<UserName> names = new HashSet<>();
    private boolean some; // were removed
    private boolean many;

    synchronized void add(String name) {
      if (names.size() == MOST_CHANGES) {
        many();
      } else if (!many) {
        names.add(UserName.of(name));
      }
    }

    synchronized void removed(String name) {
      some = true;
      add(name);
    }

    synchronized void many() {
      many = true;
      names = new HashSet<>();
    }

    synchronized Noted take() {
      Noted taken = new Noted();
      taken.names = names;
      taken.some = some;
      taken.many = many;
      names = new HashSet<>();
      some = false;
      many = false;
      return taken;
    }
  }

  private final AccountBook accounts;
  private final Noted noted = new Noted();

  // under the monitor
  private List<Extent> pages = new ArrayList<>();
  private @Nullable Shape shape; // null: all names are to be read
  private long newest;
  private long namesRead;

  UserPages(AccountBook accounts) {
    this.accounts = accounts;
    accounts.onEvent(this::happened);
  }

  /** Of a name that was added no event tells; {@link AccountBook#addedSince} does. */
  private void happened(AccountEvent event) {
    switch (event) {
      case AccountEvent.Removed(String name) -> noted.removed(name);
      case AccountEvent.Renamed(String name, String newName) -> {
        noted.add(name);
        noted.add(newName);
      }
      case AccountEvent.Many _ -> noted.many();
      case AccountEvent.Disabled _,
          AccountEvent.PasswordChanged _,
          AccountEvent.FlagsChanged _,
          AccountEvent.AttributesChanged _,
          AccountEvent.UsageReset _ -> {}
    }
  }

  synchronized int count(Shape wanted) {
    refresh(wanted);
    return pages.size();
  }

  /**
   * A page.
   *
   * @param page from 1
   * @return null: there is no such page
   */
  synchronized @Nullable List<UserName> page(long page, Shape wanted) {
    refresh(wanted);
    if (page < 1 || page > pages.size()) {
      return null;
    }
    int index = (int) page - 1;
    boolean last = index == pages.size() - 1;
    UserName upTo = pages.get(index).last;
    List<UserName> names = new ArrayList<>();
    int octets = 0;
    for (UserName name : accounts.names(after(index), wanted.names())) {
      octets += name.fieldLength();
      if (octets > wanted.octets() || (!last && name.compareTo(upTo) > 0)) {
        break; // too many octets: one was added this moment
      }
      names.add(name);
    }
    return names;
  }

  /** How many names were read since the start, but for those that were asked for. */
  synchronized long namesRead() {
    return namesRead;
  }

  private void refresh(Shape wanted) {
    boolean other = !wanted.equals(shape);
    shape = null; // what was noted is lost if the accounts cannot be read now
    Noted changes = noted.take(); // before anything is read: a change meanwhile is for next time
    NewAccounts added = accounts.addedSince(newest, MOST_CHANGES + 1);
    newest = added.newest();
    boolean walks = other || changes.many || pages.isEmpty() || added.names().size() > MOST_CHANGES;
    if (!walks) {
      changes.names.addAll(added.names());
      readAgain(changes.names, wanted);
      walks = changes.some && accounts.count() != known(); // see addedSince
    }
    if (walks) {
      Filling all = new Filling(wanted, Integer.MAX_VALUE);
      read(null, null, AccountBook.MAX_PAGE, all);
      pages = all.pages();
    }
    shape = wanted;
  }

  private int known() {
    return pages.stream().mapToInt(Extent::names).sum();
  }

  private void readAgain(Set<UserName> changed, Shape wanted) {
    NavigableSet<Integer> indexes = new TreeSet<>();
    changed.forEach(name -> indexes.add(indexOf(name)));
    for (int index : indexes.descendingSet()) { // what follows a page may change with it
      List<UserName> names = new ArrayList<>();
      boolean last = index == pages.size() - 1;
      read(after(index), last ? null : pages.get(index).last, wanted.names() + 1, names::add);
      List<Extent> now = last ? filled(names, wanted, Integer.MAX_VALUE) : shared(names, wanted);
      List<Extent> place = pages.subList(index, index + 1);
      place.clear();
      place.addAll(now);
      for (int joined = index + now.size() - 1; joined >= index - 1; joined--) {
        join(joined, wanted);
      }
    }
  }

  private @Nullable UserName after(int index) {
    return index == 0 ? null : pages.get(index - 1).last;
  }

  /**
   * Reads the names between two, the second included.
   *
   * @param atOnce how many a query has at most
   */
  private void read(
      @Nullable UserName after, @Nullable UserName upTo, int atOnce, Consumer<UserName> to) {
    UserName last = after;
    List<UserName> some;
    do {
      some = accounts.names(last, atOnce);
      namesRead += some.size();
      for (UserName name : some) {
        if (upTo != null && name.compareTo(upTo) > 0) {
          return;
        }
        to.accept(name);
        last = name;
      }
    } while (some.size() == atOnce);
  }

  /** As few pages as there can be, with about as much in each. */
  private static List<Extent> shared(List<UserName> names, Shape shape) {
    List<Extent> fewest = filled(names, shape, Integer.MAX_VALUE);
    if (fewest.size() < 2) {
      return fewest;
    }
    int octets = fewest.stream().mapToInt(Extent::octets).sum();
    return filled(names, shape, Math.ceilDiv(octets, fewest.size()));
  }

  private static List<Extent> filled(List<UserName> names, Shape shape, int enough) {
    Filling filling = new Filling(shape, enough);
    names.forEach(filling);
    return filling.pages();
  }

  /** Fills pages with names that come in order: each until it has enough, or no more fits. */
  private static final class Filling implements Consumer<UserName> {
    private final Shape shape;
    private final int enough;
    private final List<Extent> pages = new ArrayList<>();
    private @Nullable Extent open;

    /**
     * @param enough octets
     */
    Filling(Shape shape, int enough) {
      this.shape = shape;
      this.enough = enough;
    }

    @Override
    public void accept(UserName name) {
      Extent one = new Extent(name, name.fieldLength(), 1);
      Extent before = open;
      open = before == null ? one : before.with(one);
      if (before != null && (before.octets >= enough || !open.fits(shape))) {
        pages.add(before);
        open = one;
      }
    }

    List<Extent> pages() {
      if (open != null) {
        pages.add(open);
        open = null;
      }
      return pages;
    }
  }

  /** Which page has a name, or would have it. */
  private int indexOf(UserName name) {
    int low = 0;
    int high = pages.size() - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (pages.get(middle).last.compareTo(name) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Joins a page to the next one, if there are both, and they fit. */
  private void join(int index, Shape wanted) {
    if (index < 0 || index + 1 >= pages.size()) {
      return;
    }
    Extent both = pages.get(index).with(pages.get(index + 1));
    if (both.fits(wanted)) {
      pages.set(index, both);
      pages.remove(index + 1);
    }
  }
}
