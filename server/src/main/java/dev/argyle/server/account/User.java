package dev.argyle.server.account;

import dev.argyle.server.config.OwnAttributes;
import dev.argyle.wire.UserName;

/**
 * Who has logged in.
 *
 * @param name the name's text form, see {@link UserName#text()}: what rules and logs compare and
 *     write
 * @param admin whether the management doors are open to this user
 * @param viewer whether this user may look there, and no more
 * @param stamp of the account as it was when its password was verified, more than 0. It is another
 *     one after every change of name, password, flags or attributes: {@link AccountBook#isCurrent}
 *     compares it
 * @param own the account's plan, and its own limits
 */
public record User(String name, boolean admin, boolean viewer, long stamp, OwnAttributes own) {

  /** Without a limit of its own. */
  public User(String name, boolean admin, boolean viewer, long stamp) {
    this(name, admin, viewer, stamp, OwnAttributes.NONE);
  }

  /** Nobody who may only look. */
  public User(String name, boolean admin, long stamp) {
    this(name, admin, false, stamp);
  }

  /** In place of a stamp: who was not let in because of a password. */
  public static final long NO_STAMP = 0;
}
