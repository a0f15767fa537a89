package dev.argyle.server.config;

import java.net.InetAddress;

/**
 * A network: an address and how many of its leading bits count.
 *
 * @param address the bits behind the prefix are zero
 * @param prefix 0 to 32 (IPv4) or 128 (IPv6)
 */
public record Network(InetAddress address, int prefix) {

  public Network {
    if (prefix < 0 || prefix > address.getAddress().length * 8) {
      throw new IllegalArgumentException(
          address.getAddress().length == 4
              ? "an IPv4 prefix is 0 to 32"
              : "an IPv6 prefix is 0 to 128");
    }
  }

  /** Whether {@code candidate}, of the same family, lies in this network. */
  public boolean contains(InetAddress candidate) {
    byte[] ours = address.getAddress();
    byte[] theirs = candidate.getAddress();
    if (ours.length != theirs.length) {
      return false;
    }
    int whole = prefix / 8;
    for (int i = 0; i < whole; i++) {
      if (ours[i] != theirs[i]) {
        return false;
      }
    }
    int rest = prefix % 8;
    return rest == 0 || (ours[whole] ^ theirs[whole]) >>> (8 - rest) == 0;
  }

  @Override
  public String toString() {
    return address.getHostAddress() + "/" + prefix;
  }
}
