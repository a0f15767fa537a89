package dev.argyle.server.relay;

import java.time.Duration;

/** Settings that may change while tunnels run. Written by management, read by every loop. */
public final class RelaySettings {

  private volatile long idleNanos;
  private volatile int bufferOctets;
  private volatile boolean dissectors;

  private final LoopMemory memory;

  public RelaySettings(Duration idleTimeout, int bufferOctets, LoopMemory memory) {
    this.memory = memory;
    this.idleNanos = idleTimeout.toNanos();
    this.bufferOctets = bufferOctets;
  }

  /** What each loop may hold for octets that wait; it does not change. */
  LoopMemory memory() {
    return memory;
  }

  /**
   * After this time without an octet in either direction a tunnel is closed; 0: never. A change
   * applies to open tunnels too.
   */
  public long idleNanos() {
    return idleNanos;
  }

  public void idleTimeout(Duration timeout) {
    idleNanos = timeout.toNanos();
  }

  /**
   * What one receive takes at most, 64 KiB at most, and the first size of a spliced piece. A change
   * applies to tunnels that are opened afterwards.
   */
  public int bufferOctets() {
    return bufferOctets;
  }

  public void bufferOctets(int octets) {
    bufferOctets = octets;
  }

  /** Whether tunnels opened from now on are searched for credentials in clear text. */
  public boolean dissectors() {
    return dissectors;
  }

  public void dissectors(boolean on) {
    dissectors = on;
  }
}
