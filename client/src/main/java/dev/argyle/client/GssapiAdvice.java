package dev.argyle.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What to do about it when Kerberos says no; docs/gssapi.md says more. */
final class GssapiAdvice {

  private static final int MAX_CAUSES = 8;

  private record Known(String said, String advice) {}

  /** The JDK's words, and those of RFC 4120's errors. The first that fits holds. */
  private static final List<Known> KNOWN =
      List.of(
          new Known("Clock skew", "this clock and the KDC's or the server's differ: set them"),
          new Known("Ticket expired", "the ticket has expired: run kinit"),
          new Known("Server not found in Kerberos database", "the KDC knows no such service: %s"),
          new Known("Cannot locate default realm", "no realm: is there a krb5.conf? %s"),
          new Known("Cannot locate KDC", "no KDC is known for the realm: see krb5.conf. %s"),
          new Known("Cannot find KDC", "no KDC is known for the realm: see krb5.conf. %s"),
          new Known("ICMP Port Unreachable", "the KDC does not answer"),
          new Known("Connection refused", "the KDC does not answer"),
          new Known("timed out", "the KDC does not answer"),
          new Known("encryption type", "KDC and JDK have no encryption type in common"),
          new Known("enctype", "KDC and JDK have no encryption type in common"),
          new Known("Integrity check", "the service's keys are not those of its keytab"),
          new Known("Failed to find any Kerberos tgt", "no ticket: run kinit"),
          new Known("Unable to obtain", "no ticket, or an expired one: run kinit"),
          new Known("No valid credentials", "no ticket: run kinit"));

  private GssapiAdvice() {}

  /** In words: what to do, and what was said. */
  static String on(Exception failure, GssapiCredentials credentials) {
    String said = said(failure);
    String advice = "Kerberos failed";
    for (Known known : KNOWN) {
      if (said.contains(known.said)) {
        advice = known.advice.replace("%s", more(known, credentials));
        break;
      }
    }
    return advice
        + " ("
        + credentials.tickets()
        + ", service "
        + credentials.service()
        + "): "
        + Destinations.shown(said);
  }

  private static String more(Known known, GssapiCredentials credentials) {
    return known.said.startsWith("Server")
        ? "is " + credentials.service() + " spelt as the KDC has it, with the server's full name?"
        : "The JDK reads java.security.krb5.conf, not KRB5_CONFIG";
  }

  /** The messages of all causes, each once. */
  private static String said(Exception failure) {
    StringBuilder words = new StringBuilder();
    @Nullable Throwable cause = failure;
    for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
      String message = cause.getMessage();
      if (message != null && words.indexOf(message) < 0) {
        words.append(words.isEmpty() ? "" : "; ").append(message.strip());
      }
      cause = cause.getCause();
    }
    return words.isEmpty() ? failure.getClass().getSimpleName() : words.toString();
  }
}
