/**
 * Accounts: who may log in, how a password is verified, and how quickly a changed account is
 * noticed. Holds the store (SQLite), password hashing, the verified-password cache, the
 * administrator's first secret and the lock of the data directory. May import {@code config} and
 * {@code telemetry}. Must not know: connections, rules, SOCKS. Start at {@link
 * dev.argyle.server.account.AccountBook}.
 */
@NullMarked
package dev.argyle.server.account;

import org.jspecify.annotations.NullMarked;
