package dev.argyle.server.session.gssapi;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ietf.jgss.GSSException;

/** Why a context was refused, in words for the log. */
final class Failures {

  /** Kerberos puts its error number into the words (RFC 4120, section 7.5.9). */
  private static final Pattern NUMBER = Pattern.compile("\\((\\d{1,3})\\)");

  private Failures() {}

  static String words(GSSException failure) {
    String said = String.valueOf(failure.getMessage());
    Matcher number = NUMBER.matcher(said);
    String known = number.find() ? words(Integer.parseInt(number.group(1))) : "";
    if (!known.isEmpty()) {
      return known;
    }
    if (said.contains("Checksum failed")) { // what Java says where others give 31
      return words(31);
    }
    return switch (failure.getMajor()) {
      case GSSException.BAD_MECH -> "the client does not speak Kerberos 5 but another mechanism";
      case GSSException.DEFECTIVE_TOKEN -> "the client's token makes no sense";
      case GSSException.NO_CRED ->
          "the keytab has no key of the service, see socks.gssapi.keytab and socks.gssapi.principal";
      case GSSException.CREDENTIALS_EXPIRED, GSSException.CONTEXT_EXPIRED -> "ticket expired";
      default -> "the Kerberos library says: " + said;
    };
  }

  private static String words(int number) {
    return switch (number) {
      case 31 ->
          "the ticket does not fit the keytab's key: it is for another service, or the keytab is old";
      case 32 -> "ticket expired";
      case 33 -> "the ticket is not valid yet: look at both clocks";
      case 34 -> "a token that came before: replayed";
      case 35 -> "the ticket is for another service than socks.gssapi.principal";
      case 36 -> "ticket and authenticator are of two clients";
      case 37 -> "the clocks differ by too much";
      case 38 -> "the ticket is for another address";
      case 41 -> "the token was changed on its way";
      case 44 -> "the keytab has no key of the version that the ticket asks for: make it anew";
      case 400 ->
          "the keytab has no key for the ticket: it is for another service, or of another"
              + " encryption type";
      default -> "";
    };
  }
}
