package dev.argyle.server.relay;

import java.time.Duration;

/**
 * What may be changed while tunnels run. Written by whoever manages the server, read by every loop.
 */
public final class RelaySettings {

  private volatile long idleNanos;
  private volatile int bufferOctets;
  private volatile boolean dissectors;

  public RelaySettings(Duration idleTimeout, int bufferOctets) {
    this.idleNanos = idleTimeout.toNanos();
    this.bufferOctets = bufferOctets;
  }

  /**
   * After so long without an octet in either direction a tunnel is closed; 0: never. Open ones
   * included.
   */
  public long idleNanos() {
    return idleNanos;
  }

  public void idleTimeout(Duration timeout) {
    idleNanos = timeout.toNanos();
  }

  /**
   * What a direction may hold of octets that its reader does not take; for tunnels opened from now
   * on.
   */
  public int bufferOctets() {
    return bufferOctets;
  }

  public void bufferOctets(int octets) {
    bufferOctets = octets;
  }

  /** Whether tunnels opened from now on are looked into for credentials in clear text. */
  public boolean dissectors() {
    return dissectors;
  }

  public void dissectors(boolean on) {
    dissectors = on;
  }
}
