package dev.argyle.server.account;

import dev.argyle.wire.UserName;

/**
 * One account to import, checked.
 *
 * @param hash a PHC string that {@link PasswordHash} reads
 * @param number of its line, from 1
 */
public record ImportLine(UserName name, String hash, boolean enabled, int number) {}
