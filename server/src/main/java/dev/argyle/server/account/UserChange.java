package dev.argyle.server.account;

/**
 * What happened to an account, in this process or in another one. Names are in their text form.
 * After {@code Removed}, {@code Disabled} and {@code Renamed} the old name logs in no more.
 */
public sealed interface UserChange {

  record Removed(String name) implements UserChange {}

  record Disabled(String name) implements UserChange {}

  record Renamed(String name, String newName) implements UserChange {}

  /** Another password. */
  record PasswordChanged(String name) implements UserChange {}

  /** Enabled again, or another right. */
  record FlagsChanged(String name) implements UserChange {}

  /** More changed than is told one by one: ask {@link AccountBook#admits} for whom it matters. */
  record Many() implements UserChange {}
}
