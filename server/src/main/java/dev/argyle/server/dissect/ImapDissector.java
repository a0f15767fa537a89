package dev.argyle.server.dissect;

import dev.argyle.server.dissect.Answers.About;
import dev.argyle.server.dissect.Answers.Due;
import dev.argyle.wire.TextProtocol;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * LOGIN, with quoted strings and literals, and AUTHENTICATE (RFC 9051, 6.2; SASL-IR: RFC 4959).
 * Answers carry the tag of their command. STARTTLS and the first accepted login end it.
 */
final class ImapDissector implements Dissector {

  private final Findings findings;
  private final ImapWords words = new ImapWords();
  private final LineBuffer answered = new LineBuffer();
  private final Sasl sasl = new Sasl(TextProtocol.IMAP);
  private final Map<String, Due> due = new LinkedHashMap<>(4);
  private long literalOfServer;
  private boolean insideAnswer; // an untagged one, which a literal has interrupted
  private boolean greeted;
  private boolean done;

  ImapDissector(Findings findings) {
    this.findings = findings;
  }

  @Override
  public void client(ByteBuffer octets) {
    while (!done && octets.hasRemaining()) {
      if (sasl.active()) {
        if (words.line(octets)) {
          sasl.response(words.lines(), 0);
        }
      } else if (words.command(octets)) {
        command();
      }
    }
  }

  private void command() {
    String tag = words.word(0);
    String name = words.word(1);
    if (tag.isEmpty() || name.isEmpty()) {
      return; // an empty line, or the client's way to cancel; nothing that has a tag
    }
    if (name.equalsIgnoreCase("LOGIN")) {
      boolean whole = words.count() == 4 && !words.cut();
      expect(
          tag,
          About.LOGIN,
          whole ? new Credential("IMAP", words.word(2), words.word(3), false) : null);
    } else if (name.equalsIgnoreCase("AUTHENTICATE")) {
      Due answer = expect(tag, About.LOGIN, null);
      LineBuffer line = words.lines();
      int mechanism = line.skipSpaces(line.endOfWord(line.skipSpaces(line.endOfWord(0))));
      sasl.begin(line, mechanism, answer);
    } else if (name.equalsIgnoreCase("STARTTLS")) {
      expect(tag, About.TLS, null);
    }
  }

  private Due expect(String tag, About about, @Nullable Credential login) {
    Due next = new Due(about, login);
    due.put(tag, next);
    done |= due.size() > Answers.DUE_AT_MOST;
    return next;
  }

  @Override
  public void server(ByteBuffer octets) {
    while (!done && octets.hasRemaining()) {
      if (literalOfServer > 0) {
        int skipped = (int) Math.min(literalOfServer, octets.remaining());
        octets.position(octets.position() + skipped);
        literalOfServer -= skipped;
      } else if (answered.next(octets)) {
        answer();
      }
    }
  }

  private void answer() {
    boolean first = !greeted;
    greeted = true;
    if (insideAnswer || answered.at(0) == '*') {
      if (first && !answered.has(0, "* ok")) {
        done = true; // BYE, or PREAUTH: nobody will log in
      }
      long literal = ImapWords.literal(answered);
      insideAnswer = literal >= 0;
      literalOfServer = Math.max(0, literal);
    } else if (first) {
      done = true;
    } else if (answered.at(0) != '+') {
      tagged();
    }
  }

  private void tagged() {
    int tagEnd = answered.endOfWord(0);
    String tag = answered.text(0, tagEnd);
    boolean yes = answered.has(tagEnd, " ok");
    if (!yes) {
      words.refused(tag); // its literal will not come
    }
    Due answer = due.remove(tag);
    if (answer == null) {
      return;
    }
    sasl.judged(answer);
    if (answer.login != null) {
      findings.found(answer.login.judged(yes));
    }
    done |= yes;
  }

  @Override
  public boolean done() {
    return done;
  }
}
