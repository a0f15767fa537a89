package dev.argyle.server.account;

import dev.argyle.wire.UserName;

/**
 * Who has logged in.
 *
 * @param name the name's text form, see {@link UserName#text()}: what rules and logs compare and
 *     write
 * @param admin whether the management doors are open to this user
 */
public record User(String name, boolean admin) {}
