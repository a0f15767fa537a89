package dev.argyle.server.account;

/**
 * What happened to an account, in this process or in another one. Names are in their text form.
 * After {@code Removed}, {@code Disabled} and {@code Renamed} the old name can no longer log in.
 */
public sealed interface AccountEvent {

  record Removed(String name) implements AccountEvent {}

  record Disabled(String name) implements AccountEvent {}

  record Renamed(String name, String newName) implements AccountEvent {}

  /** The account has another password. */
  record PasswordChanged(String name) implements AccountEvent {}

  /** The account was enabled, or became or ceased to be an administrator or a viewer. */
  record FlagsChanged(String name) implements AccountEvent {}

  /** The account has another plan, or other limits of its own. */
  record AttributesChanged(String name) implements AccountEvent {}

  /** What the account has used in this period of its quota was set to nothing. */
  record UsageReset(String name) implements AccountEvent {}

  /** Too much happened to list it. {@link AccountBook#admits} tells who may still log in. */
  record Many() implements AccountEvent {}
}
