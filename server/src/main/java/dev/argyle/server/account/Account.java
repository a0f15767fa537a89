package dev.argyle.server.account;

import dev.argyle.wire.UserName;

/**
 * An account as it is shown: without its password hash.
 *
 * @param createdMillis since 1970
 * @param changedMillis when name, password or a flag last changed, since 1970
 * @param lastConnectionMillis since 1970; 0: never
 */
public record Account(
    UserName name,
    boolean admin,
    boolean enabled,
    long createdMillis,
    long changedMillis,
    long lastConnectionMillis) {

  User user() {
    return new User(name.text(), admin);
  }
}
