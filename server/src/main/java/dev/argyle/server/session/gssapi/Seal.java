package dev.argyle.server.session.gssapi;

import dev.argyle.wire.gssapi.GssapiFrame;
import dev.argyle.wire.gssapi.Protection;
import dev.argyle.wire.gssapi.SealedHeader;
import org.ietf.jgss.GSSContext;
import org.ietf.jgss.GSSException;
import org.ietf.jgss.MessageProp;
import org.jspecify.annotations.Nullable;

/**
 * Wraps what goes to one client and unwraps what comes from it (RFC 1961, section 5). Java's
 * context has a counter under a lock for each way and else no state, so that one thread may wrap
 * while another unwraps; each way is one thread's at a time, and in order.
 *
 * <p>Order is watched here, by the numbers in the tokens (RFC 4121, section 4.2.4), whether or not
 * the client asked its library for that: a stream takes the next number only, and datagrams each
 * number once, see {@link ReplayWindow}.
 */
public final class Seal {

  private static final int NUMBER_AT = 8;
  private static final long UNKNOWN = Long.MIN_VALUE;

  private final GSSContext context;
  private final ReplayWindow datagrams = new ReplayWindow();
  private @Nullable SealedHeader header;
  private boolean privacy;
  private boolean privacyDue;
  private int maxPlainOctets;
  private long due = UNKNOWN;

  Seal(GSSContext context) {
    this.context = context;
  }

  /** From now on everything is wrapped at this level, which is not NONE. */
  void agree(Protection level) throws GSSException {
    privacyDue = level == Protection.CONFIDENTIALITY;
    privacy = privacyDue || (level == Protection.SELECTIVE && context.getConfState());
    maxPlainOctets = context.getWrapSizeLimit(0, privacy, GssapiFrame.MAX_TOKEN_OCTETS);
  }

  /** What one frame carries at most, before it is wrapped. */
  public int maxPlainOctets() {
    return maxPlainOctets;
  }

  /** The token that carries these octets. */
  public byte[] wrap(byte[] plain, int offset, int length) {
    return wrap(plain, offset, length, privacy);
  }

  byte[] wrap(byte[] plain, int offset, int length, boolean privately) {
    try {
      MessageProp how = new MessageProp(0, privately);
      byte[] token = context.wrap(plain, offset, length, how);
      if (how.getPrivacy() != privately) {
        throw new IllegalStateException("the library did not wrap as it was told");
      }
      return token;
    } catch (GSSException failed) {
      throw new IllegalStateException("cannot wrap: " + failed.getMessage(), failed);
    }
  }

  /**
   * What the token that asks for a level carries. The library's word is not enough for the order of
   * those without a number, of old encryption types, for it watches that only if the client asks:
   * they are refused.
   */
  byte[] unwrapLevel(byte[] token) throws SealBroken {
    byte[] plain = unwrap(token);
    if (!SealedHeader.isExpectedIn(token)) {
      throw new SealBroken("its encryption type is too old: messages have no numbers (RFC 4121)");
    }
    return plain;
  }

  /** What the next token of the stream carries. */
  public byte[] unwrap(byte[] token) throws SealBroken {
    MessageProp how = new MessageProp(0, false);
    byte[] plain = open(token, how);
    if (how.isDuplicateToken() || how.isOldToken() || how.isUnseqToken() || how.isGapToken()) {
      throw new SealBroken("a message came twice, or out of order");
    }
    if (SealedHeader.isExpectedIn(token)) {
      long number = number(token);
      if (due != UNKNOWN && number != due) {
        throw new SealBroken("a message came twice, or out of order");
      }
      due = number + 1;
    }
    return plain;
  }

  /**
   * What a datagram's token carries. Datagrams may be lost or overtake each other; what comes twice
   * is refused.
   */
  public byte[] unwrapDatagram(byte[] token) throws SealBroken {
    MessageProp how = new MessageProp(0, false);
    byte[] plain = open(token, how);
    boolean fresh =
        SealedHeader.isExpectedIn(token)
            ? datagrams.isFresh(number(token))
            : !how.isDuplicateToken() && !how.isOldToken();
    if (!fresh) {
      throw new SealBroken("a datagram came twice, or much too late");
    }
    return plain;
  }

  private byte[] open(byte[] token, MessageProp how) throws SealBroken {
    byte[] plain;
    try {
      plain = context.unwrap(token, 0, token.length, how);
    } catch (GSSException | RuntimeException broken) { // Java's reader trips over some lengths
      throw new SealBroken("a message was not wrapped by this client, or was changed");
    }
    if (privacyDue && !how.getPrivacy()) {
      throw new SealBroken("a message was not encrypted, though that was agreed");
    }
    if (how.getPrivacy() && SealedHeader.isExpectedIn(token) && !header().isIn(token)) {
      throw new SealBroken("a message was changed: its header is not the one inside");
    }
    return plain;
  }

  private SealedHeader header() {
    SealedHeader made = header;
    if (made == null) {
      try {
        made = SealedHeader.ofInitiator(context);
      } catch (GSSException failed) {
        throw new IllegalStateException(failed);
      }
      header = made;
    }
    return made;
  }

  private static long number(byte[] token) {
    long number = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      number = number << 8 | Byte.toUnsignedInt(token[NUMBER_AT + i]);
    }
    return number;
  }
}
