package dev.argyle.cli.door;

import dev.argyle.wire.UserName;
import java.util.List;

/**
 * Users, sorted by octets.
 *
 * @param complete false: the protocol has no room for more, and there may be more
 */
public record UserList(List<UserName> names, boolean complete) {
  public UserList {
    names = List.copyOf(names);
  }
}
