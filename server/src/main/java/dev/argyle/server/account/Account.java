package dev.argyle.server.account;

import dev.argyle.server.config.OwnAttributes;
import dev.argyle.server.telemetry.AccountUsage.Used;
import dev.argyle.wire.UserName;

/**
 * An account as it is shown: without its password hash.
 *
 * @param createdMillis since 1970
 * @param changedMillis when name, password, a flag or an attribute last changed, since 1970;
 *     greater after every such change, however soon it comes and whatever the clock says
 * @param lastConnectionMillis since 1970; 0: never
 * @param ofThisRun not an account on the disk but a user whom the command line has added for this
 *     run
 * @param viewer whether it may look at the management doors; an administrator may in any case
 * @param own its plan, and its own limits
 * @param used what it has used, as far as that is stored or known here
 */
public record Account(
    UserName name,
    boolean admin,
    boolean enabled,
    long createdMillis,
    long changedMillis,
    long lastConnectionMillis,
    boolean ofThisRun,
    boolean viewer,
    OwnAttributes own,
    Used used) {

  /** This, with another last connection and usage. */
  Account with(long lastMillis, Used nowUsed) {
    return new Account(
        name,
        admin,
        enabled,
        createdMillis,
        changedMillis,
        lastMillis,
        ofThisRun,
        viewer,
        own,
        nowUsed);
  }

  User user() {
    return new User(name.text(), admin, viewer, changedMillis, own);
  }
}
