package dev.argyle.server.history;

/** What a user has used today and in this calendar month, today included; days are UTC's. */
public record UserUsage(Amount today, Amount month) {}
