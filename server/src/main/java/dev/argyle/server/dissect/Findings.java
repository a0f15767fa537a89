package dev.argyle.server.dissect;

/** Where a dissector tells what it found. */
@FunctionalInterface
interface Findings {

  void found(Credential login);
}
