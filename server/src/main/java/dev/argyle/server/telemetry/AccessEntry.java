package dev.argyle.server.telemetry;

/** What becomes one line of the access log. Immutable; formatted by the log's own thread. */
public sealed interface AccessEntry permits EndedConnection, FoundCredential {}
