package dev.argyle.server.dissect;

import dev.argyle.wire.TextProtocol;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection, watched from its first octet: recognises its protocol, then the logins in it.
 * Belongs to one thread. Wants no more when the connection turns to TLS, when no dissector matches,
 * when a login was accepted in a protocol that has only one, or after {@link #OCTETS_AT_MOST}.
 */
public final class Dissection {

  /** So much of a connection is looked at, both directions together. */
  public static final int OCTETS_AT_MOST = 256 * 1024;

  /** So many logins of a connection are told, accepted or not. */
  public static final int LOGINS_AT_MOST = 64;

  private final Set<TextProtocol> wanted;
  private final Consumer<Credential> found;
  private @Nullable Recognition recognition = new Recognition();
  private @Nullable Dissector dissector;
  private int octetsLeft = OCTETS_AT_MOST;
  private int loginsLeft = LOGINS_AT_MOST;

  /**
   * @param wanted the protocols to look into
   * @param found told each login when its answer came
   */
  public Dissection(Set<TextProtocol> wanted, Consumer<Credential> found) {
    this.wanted = wanted;
    this.found = found;
  }

  /**
   * Takes octets of one direction.
   *
   * @param fromClient from the client; otherwise from the server
   * @param octets from position to limit, read to the end or not; not kept
   * @return whether it wants more
   */
  public boolean take(boolean fromClient, ByteBuffer octets) {
    int length = Math.min(octets.remaining(), octetsLeft);
    octetsLeft -= length;
    ByteBuffer looked = octets.limit(octets.position() + length);
    if (recognition != null) {
      recognise(recognition, fromClient, looked);
    }
    if (dissector != null) {
      give(dissector, fromClient, looked);
    }
    if (octetsLeft == 0) {
      giveUp();
    }
    return recognition != null || dissector != null;
  }

  private void recognise(Recognition so, boolean fromClient, ByteBuffer octets) {
    switch (so.take(fromClient, octets)) {
      case UNDECIDED -> {}
      case NONE -> giveUp();
      case RECOGNISED -> {
        recognition = null;
        dissector = dissectorFor(so.protocol());
        if (dissector != null) {
          // A greeting stands before everything: whichever is first, it is taken for what it is.
          give(dissector, true, so.client());
        }
        if (dissector != null) {
          give(dissector, false, so.server());
        }
      }
    }
  }

  private @Nullable Dissector dissectorFor(@Nullable TextProtocol protocol) {
    if (protocol == null || !wanted.contains(protocol)) {
      return null;
    }
    return switch (protocol) {
      case POP3 -> new Pop3Dissector(this::tell);
      case IMAP -> new ImapDissector(this::tell);
      case SMTP -> new SmtpDissector(this::tell);
      case FTP -> new FtpDissector(this::tell);
      case HTTP -> new HttpDissector(this::tell);
    };
  }

  private void give(Dissector to, boolean fromClient, ByteBuffer octets) {
    if (fromClient) {
      to.client(octets);
    } else {
      to.server(octets);
    }
    if (to.done() || loginsLeft <= 0) {
      giveUp();
    }
  }

  private void tell(Credential login) {
    if (loginsLeft-- > 0) {
      found.accept(login);
    }
  }

  private void giveUp() {
    recognition = null;
    dissector = null;
  }
}
