package dev.argyle.server.dial;

import java.security.SecureRandom;

/**
 * Spells the letters of a name at random (0x20, draft-vixie-dnsext-dns0x20): a name server repeats
 * the question as it is, and who forges its answer has to guess the spelling besides the query's id
 * and port. Belongs to the resolver's home.
 */
final class MixedCase {

  private final SecureRandom random = new SecureRandom();
  private final byte[] bits = new byte[(HostName.MAX_OCTETS + 7) / 8];

  /**
   * @param name in lower case
   */
  String of(String name) {
    random.nextBytes(bits);
    char[] spelt = name.toCharArray();
    for (int i = 0; i < spelt.length; i++) {
      boolean upper = ((bits[i / 8] >> (i % 8)) & 1) != 0;
      if (upper && spelt[i] >= 'a' && spelt[i] <= 'z') {
        spelt[i] -= 'a' - 'A';
      }
    }
    return new String(spelt);
  }
}
