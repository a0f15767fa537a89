package dev.argyle.server.account;

import dev.argyle.wire.UserName;
import java.util.List;

/**
 * Accounts that were added, by whichever process.
 *
 * @param names as they are now, in the order in which they were added
 * @param newest the number of the newest account, to ask from next time
 */
public record NewAccounts(List<UserName> names, long newest) {}
