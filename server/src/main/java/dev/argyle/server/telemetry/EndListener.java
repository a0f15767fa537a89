package dev.argyle.server.telemetry;

/** Learns of every connection that has ended. */
public interface EndListener {

  /**
   * Called once for each, by the loop that owned it, after its last octet was counted. Must neither
   * wait nor throw.
   */
  void ended(LiveConnection connection, EndedConnection ended);
}
