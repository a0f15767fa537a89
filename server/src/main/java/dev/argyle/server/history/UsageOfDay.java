package dev.argyle.server.history;

import dev.argyle.wire.UserName;
import java.time.LocalDate;

/**
 * What a user has used on one day, UTC.
 *
 * @param removed whether the account has been removed since; another one of this name has its own
 */
public record UsageOfDay(UserName user, boolean removed, LocalDate day, Amount amount) {}
