package dev.argyle.server.control;

import dev.argyle.server.account.AccountBook;
import dev.argyle.server.account.AccountEvent;
import dev.argyle.wire.UserName;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The users in pages, each as many names as fit, in the order of their octets. Only the last name
 * of each page is remembered, until names come or go: a walk over all of them then, and a page
 * costs a page. A password or a flag that changes costs nothing. Safe for any thread.
 */
final class UserPages {

  /** What pages of one shape have: octets of names with a length octet each, and names. */
  record Shape(int octets, int names) {}

  private final AccountBook accounts;
  private final AtomicLong changes = new AtomicLong();

  // under the monitor
  private List<UserName> lastNames = List.of();
  private @Nullable Shape shape;
  private long seenChanges;
  private int seenCount = -1;

  UserPages(AccountBook accounts) {
    this.accounts = accounts;
    accounts.onEvent(this::happened);
  }

  /** A name that was added is told by the count. */
  private void happened(AccountEvent event) {
    switch (event) {
      case AccountEvent.Removed _, AccountEvent.Renamed _, AccountEvent.Many _ ->
          changes.incrementAndGet();
      case AccountEvent.Disabled _,
          AccountEvent.PasswordChanged _,
          AccountEvent.FlagsChanged _,
          AccountEvent.AttributesChanged _,
          AccountEvent.UsageReset _ -> {}
    }
  }

  synchronized int count(Shape wanted) {
    refresh(wanted);
    return lastNames.size();
  }

  /**
   * A page.
   *
   * @param page from 1
   * @return null: there is no such page
   */
  synchronized @Nullable List<UserName> page(long page, Shape wanted) {
    refresh(wanted);
    if (page < 1 || page > lastNames.size()) {
      return null;
    }
    int index = (int) page - 1;
    UserName after = index == 0 ? null : lastNames.get(index - 1);
    List<UserName> names = accounts.names(after, wanted.names());
    return names.subList(0, fitting(names, wanted));
  }

  private void refresh(Shape wanted) {
    long nowChanges = changes.get(); // before the walk: a change meanwhile makes another one
    int nowCount = accounts.count();
    if (wanted.equals(shape) && nowChanges == seenChanges && nowCount == seenCount) {
      return;
    }
    lastNames = walk(wanted);
    shape = wanted;
    seenChanges = nowChanges;
    seenCount = nowCount;
  }

  private List<UserName> walk(Shape wanted) {
    List<UserName> ends = new ArrayList<>();
    UserName last = null;
    int octets = 0;
    int names = 0;
    List<UserName> some;
    do {
      some = accounts.names(last, AccountBook.MAX_PAGE);
      for (UserName name : some) {
        int more = name.fieldLength();
        if (last != null && (octets + more > wanted.octets() || names == wanted.names())) {
          ends.add(last);
          octets = 0;
          names = 0;
        }
        octets += more;
        names++;
        last = name;
      }
    } while (some.size() == AccountBook.MAX_PAGE);
    if (last != null) {
      ends.add(last);
    }
    return ends;
  }

  /** How many of these names are on a page. */
  private static int fitting(List<UserName> names, Shape shape) {
    int octets = 0;
    int count = 0;
    for (UserName name : names) {
      octets += name.fieldLength();
      if (octets > shape.octets()) {
        break;
      }
      count++;
    }
    return count;
  }
}
