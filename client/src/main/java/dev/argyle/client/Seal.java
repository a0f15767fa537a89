package dev.argyle.client;

import dev.argyle.wire.gssapi.GssapiFrame;
import dev.argyle.wire.gssapi.GssapiFrame.Purpose;
import dev.argyle.wire.gssapi.Protection;
import dev.argyle.wire.gssapi.SealedHeader;
import org.ietf.jgss.GSSException;
import org.ietf.jgss.MessageProp;
import org.jspecify.annotations.Nullable;

/**
 * What protection makes of octets: frames, and back (RFC 1961, section 5). One thread may seal
 * while another opens; one at a time each.
 */
final class Seal {

  private static final int FRAME_HEADER_OCTETS = 4;

  /** What came is not what was sent. */
  static final class Broken extends Exception {

    private static final long serialVersionUID = 1;

    private final String words;

    Broken(String words) {
      super(words);
      this.words = words;
    }

    String words() {
      return words;
    }
  }

  private final SecurityContext context;
  private final Protection protection;
  private final boolean inOrder;
  private final int maxPlainOctets;
  private @Nullable SealedHeader header;

  /**
   * @param protection not NONE
   * @param inOrder whether nothing may be missing or in another order
   */
  Seal(SecurityContext context, Protection protection, boolean inOrder) throws GSSException {
    this.context = context;
    this.protection = protection;
    this.inOrder = inOrder;
    this.maxPlainOctets =
        context.maxPlainOctets(protection.encrypts(), GssapiFrame.MAX_TOKEN_OCTETS);
  }

  /** How much {@link #seal} takes. */
  int maxPlainOctets() {
    return maxPlainOctets;
  }

  /** How much is left for octets in a frame of so many: of a datagram, for example. */
  int maxPlainOctetsWithin(int frameOctets) {
    try {
      return context.maxPlainOctets(protection.encrypts(), frameOctets - FRAME_HEADER_OCTETS);
    } catch (GSSException never) {
      throw new IllegalStateException("an established context tells its limits", never);
    }
  }

  /** Octets as a frame. */
  GssapiFrame seal(byte[] octets, int offset, int length) {
    try {
      byte[] token = context.wrap(octets, offset, length, protection.encrypts());
      return new GssapiFrame.Token(Purpose.DATA, token);
    } catch (GSSException never) {
      throw new IllegalStateException("an established context seals", never);
    }
  }

  /** What was sealed by the server. */
  byte[] open(byte[] token) throws Broken {
    MessageProp told = new MessageProp(0, false);
    byte[] octets;
    try {
      octets = context.unwrap(token, told);
      if (told.getPrivacy() && SealedHeader.isExpectedIn(token) && !header().isIn(token)) {
        throw new Broken("a frame whose header was changed on the way");
      }
    } catch (GSSException | RuntimeException changed) { // the JDK's reader trips over some lengths
      throw new Broken("a frame that was changed on the way, or is not from the server");
    }
    if (told.isDuplicateToken() || told.isOldToken()) {
      throw new Broken("a repeated frame");
    }
    if (inOrder && (told.isGapToken() || told.isUnseqToken())) {
      throw new Broken("a frame out of order: one is missing");
    }
    if (protection == Protection.CONFIDENTIALITY && !told.getPrivacy()) {
      throw new Broken("a frame that is not encrypted");
    }
    return octets;
  }

  private SealedHeader header() throws GSSException {
    SealedHeader made = header;
    if (made == null) {
      made = context.sealedHeader();
      header = made;
    }
    return made;
  }
}
