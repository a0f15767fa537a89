package dev.argyle.server.dissect;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Basic credentials in Authorization and Proxy-Authorization (RFC 7617), request after request. The
 * answer's status judges them: 401 refuses the first, 407 either, and 400 and 5xx say nothing.
 * Credentials that are sent again with the same verdict are found once. CONNECT and 101 end it.
 */
final class HttpDissector implements Dissector {

  private static final String[] METHODS = {
    "get",
    "head",
    "post",
    "put",
    "delete",
    "options",
    "patch",
    "connect",
    "trace",
    "propfind",
    "proppatch",
    "mkcol",
    "copy",
    "move",
    "lock",
    "unlock",
    "report",
    "search"
  };

  /** What an answer will be about. */
  private record Asked(
      boolean head, boolean connect, @Nullable Credential server, @Nullable Credential proxy) {}

  private final Findings findings;
  private final ArrayDeque<Asked> due = new ArrayDeque<>(4);
  private final Requests requests = new Requests();
  private final Responses responses = new Responses();
  private @Nullable Credential lastServer;
  private @Nullable Credential lastProxy;
  private boolean done;

  HttpDissector(Findings findings) {
    this.findings = findings;
  }

  /** Whether a line that is complete is a request; methods that are not usual show by its end. */
  static boolean isRequest(LineBuffer line) {
    return begins(line) || endsAsRequest(line);
  }

  private static boolean endsAsRequest(LineBuffer line) {
    int behindMethod = line.endOfWord(0);
    int end = line.length();
    while (end > 0 && line.at(end - 1) <= ' ') {
      end--;
    }
    int version = end - "HTTP/1.1".length();
    return !line.tooLong()
        && behindMethod > 0
        && version > behindMethod + 1
        && line.at(version - 1) == ' '
        && line.has(version, "http/1.");
  }

  /** Whether a line begins as a usual request does. */
  static boolean begins(LineBuffer line) {
    for (String method : METHODS) {
      if (line.has(0, method) && line.at(method.length()) == ' ') {
        return true;
      }
    }
    return false;
  }

  @Override
  public void client(ByteBuffer octets) {
    requests.take(octets);
  }

  @Override
  public void server(ByteBuffer octets) {
    responses.take(octets);
  }

  @Override
  public boolean done() {
    return done || requests.broken() || responses.broken();
  }

  /** What the client sends. */
  private final class Requests extends HttpStream {

    private boolean head;
    private boolean connect;
    private @Nullable Credential server;
    private @Nullable Credential proxy;

    @Override
    boolean start(LineBuffer line) {
      head = line.command("head");
      connect = line.command("connect");
      server = null;
      proxy = null;
      return isRequest(line);
    }

    @Override
    void field(LineBuffer line) {
      if (line.has(0, "authorization:")) {
        server = basic(line, 14);
      } else if (line.has(0, "proxy-authorization:")) {
        proxy = basic(line, 20);
      }
    }

    @Override
    Body headerEnds() {
      due.addLast(new Asked(head, connect, server, proxy));
      if (due.size() > Answers.DUE_AT_MOST) {
        fail();
      }
      return Body.BY_FIELDS;
    }

    private @Nullable Credential basic(LineBuffer line, int from) {
      int scheme = line.skipSpaces(from);
      if (line.tooLong() || !line.has(scheme, "basic ")) {
        return null;
      }
      byte[] octets = Sasl.decode(line.text(scheme + 6));
      String text = octets == null ? "" : LineBuffer.text(octets, 0, octets.length);
      int colon = text.indexOf(':');
      return colon < 0
          ? null
          : new Credential("HTTP", text.substring(0, colon), text.substring(colon + 1), false);
    }
  }

  /** What the server sends. */
  private final class Responses extends HttpStream {

    private int status;

    @Override
    boolean start(LineBuffer line) {
      int at = line.skipSpaces(line.endOfWord(0));
      status = 0;
      for (int i = 0; i < 3; i++) {
        int digit = line.at(at + i) - '0';
        if (digit < 0 || digit > 9) {
          return false;
        }
        status = status * 10 + digit;
      }
      return line.has(0, "http/1.") && status >= 100;
    }

    @Override
    void field(LineBuffer line) {}

    @Override
    Body headerEnds() {
      if (status < 200) {
        done |= status == 101; // another protocol follows
        return Body.NONE;
      }
      Asked asked = due.pollFirst();
      if (asked == null) {
        fail(); // an answer to nothing: what follows cannot be told apart
        return Body.NONE;
      }
      judge(asked);
      if (asked.connect() && status < 300) {
        done = true;
      }
      boolean none = asked.head() || status == 204 || status == 304;
      return none ? Body.NONE : Body.BY_FIELDS_OR_CLOSE;
    }

    private void judge(Asked asked) {
      boolean decides = status != 400 && status < 500;
      if (asked.server() != null) {
        Credential login = asked.server().judged(decides && status != 401 && status != 407);
        if (!login.equals(lastServer)) {
          lastServer = login;
          findings.found(login);
        }
      }
      if (asked.proxy() != null) {
        Credential login = asked.proxy().judged(decides && status != 407);
        if (!login.equals(lastProxy)) {
          lastProxy = login;
          findings.found(login);
        }
      }
    }
  }
}
