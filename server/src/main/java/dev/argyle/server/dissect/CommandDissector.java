package dev.argyle.server.dissect;

import dev.argyle.server.dissect.Answers.About;
import dev.argyle.server.dissect.Answers.Due;
import dev.argyle.wire.TextProtocol;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What POP3, SMTP and FTP have in common: a greeting, then commands of a line each, answered in
 * their order. Ends with the first login that is accepted, for these protocols have no second one.
 */
abstract class CommandDissector implements Dissector {

  private final LineBuffer said = new LineBuffer();
  private final LineBuffer answered = new LineBuffer();
  private final Answers answers = new Answers();
  private final Sasl sasl;
  private final Findings findings;
  private boolean greeted;
  private boolean silent; // the client says nothing more that is a command
  private boolean done;

  CommandDissector(TextProtocol protocol, Findings findings) {
    this.sasl = new Sasl(protocol);
    this.findings = findings;
  }

  /** A command of the client's; {@link #expect} its answer. */
  abstract void command(LineBuffer line);

  /** A line of the server's. */
  abstract void answer(LineBuffer line);

  @Override
  public final void client(ByteBuffer octets) {
    while (!done && !silent && said.next(octets)) {
      if (sasl.active()) {
        sasl.response(said, 0);
      } else {
        command(said);
        done |= answers.tooMany();
      }
    }
  }

  @Override
  public final void server(ByteBuffer octets) {
    while (!done && answered.next(octets)) {
      answer(answered);
    }
  }

  @Override
  public final boolean done() {
    return done;
  }

  final void finish() {
    done = true;
  }

  /** What the client says from now on is no command; a login that waits is still judged. */
  final void finishWhenJudged() {
    silent = true;
    done |= !answers.judgesALogin();
  }

  final void expect(About about) {
    answers.expect(about, null);
  }

  final void expect(@Nullable Credential login) {
    answers.expect(login == null ? About.OTHER : About.LOGIN, login);
  }

  /** AUTH with a mechanism at {@code from}. */
  final void beginSasl(LineBuffer line, int from) {
    sasl.begin(line, from, answers.expect(About.LOGIN, null));
  }

  /** Whether this is the greeting, the one answer to no command. */
  final boolean greets() {
    boolean first = !greeted;
    greeted = true;
    return first;
  }

  /** What the answer that is coming is about; null: nothing was asked. */
  final @Nullable About about() {
    Due next = answers.peek();
    return next == null ? null : next.about;
  }

  /** The answer to the oldest command is complete. */
  final void judge(boolean yes) {
    Due due = answers.take();
    if (due == null) {
      return; // a last word before the server hangs up, such as 421
    }
    sasl.judged(due);
    if (due.about == About.LOGIN) {
      if (due.login != null) {
        findings.found(due.login.judged(yes));
      }
      done |= yes || silent && !answers.judgesALogin();
    } else if (due.about == About.TLS) {
      done |= yes;
    }
  }
}
