package dev.argyle.server.dissect;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The commands whose answers are due, in the order in which they were sent: clients may send many
 * at once.
 */
final class Answers {

  /** So many may be due; a client that is further ahead is not followed. */
  static final int DUE_AT_MOST = 32;

  /** What an answer will be about. */
  enum About {
    /** Nothing of interest. */
    OTHER,
    /** The same, and a yes goes on over lines until a dot (POP3). */
    LISTING,
    /** A name alone, which some servers are content with (FTP). */
    NAME,
    /** The login, or one that shows no password. */
    LOGIN,
    /** Whether TLS begins. */
    TLS
  }

  /** An answer that is due. */
  static final class Due {

    final About about;

    /** The credentials that it judges, when they are known. */
    @Nullable Credential login;

    Due(About about, @Nullable Credential login) {
      this.about = about;
      this.login = login;
    }
  }

  private static final Due OTHER = new Due(About.OTHER, null);

  private final ArrayDeque<Due> due = new ArrayDeque<>(4);

  /** A command was sent. */
  Due expect(About about, @Nullable Credential login) {
    Due next = about == About.OTHER ? OTHER : new Due(about, login);
    due.addLast(next);
    return next;
  }

  /** Whether the client is too far ahead to be followed. */
  boolean tooMany() {
    return due.size() > DUE_AT_MOST;
  }

  /** Whether a login waits for its verdict. */
  boolean judgesALogin() {
    return due.stream().anyMatch(next -> next.about == About.LOGIN);
  }

  /** What the next answer is about; null: nothing was asked. */
  @Nullable Due peek() {
    return due.peekFirst();
  }

  /** An answer came. */
  @Nullable Due take() {
    return due.pollFirst();
  }
}
