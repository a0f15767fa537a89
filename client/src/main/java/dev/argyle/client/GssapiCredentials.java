package dev.argyle.client;

import dev.argyle.wire.gssapi.Protection;
import java.nio.file.Path;
import javax.security.auth.Subject;

/**
 * Kerberos tickets (GSSAPI; RFC 1961). Immutable but for the tickets, which it remembers for up to
 * a minute: made once, it serves every connection. No other method is offered with it, so nobody on
 * the way can talk the two sides into a weaker one.
 *
 * <p>Where the realm's KDC is the JDK finds out: {@code java.security.krb5.conf}, or the system's
 * krb5.conf, whose {@code kdc_timeout} and {@code max_retries} bound how long the KDC may take.
 */
public final class GssapiCredentials implements Credentials {

  private final String service;
  private final Protection protection;
  private final boolean nec;
  private final Tickets tickets;

  GssapiCredentials(String service, Protection protection, boolean nec, Tickets tickets) {
    this.service = service;
    this.protection = protection;
    this.nec = nec;
    this.tickets = tickets;
  }

  /**
   * The weakest protection that will do; confidentiality unless said. A server that grants a
   * stronger one gets its way, one that grants a weaker one is left.
   */
  public GssapiCredentials protection(Protection weakest) {
    return new GssapiCredentials(service, weakest, nec, tickets);
  }

  /**
   * The variant of NEC's reference implementation: the level of protection is agreed on in clear
   * text, and what follows is not protected at all. For servers that know nothing else.
   */
  public GssapiCredentials nec() {
    return new GssapiCredentials(service, Protection.NONE, true, tickets);
  }

  /**
   * Tickets from this file, instead of the one that KRB5CCNAME or the system names.
   *
   * @param file of type FILE, as {@code kinit -c} writes it
   */
  public GssapiCredentials ticketCache(Path file) {
    return new GssapiCredentials(service, protection, nec, Tickets.ofCache(file));
  }

  /** The tickets, or the key, of somebody who has logged in by JAAS. */
  public GssapiCredentials subject(Subject who) {
    return new GssapiCredentials(service, protection, nec, Tickets.of(who));
  }

  String service() {
    return service;
  }

  Protection protection() {
    return protection;
  }

  boolean isNec() {
    return nec;
  }

  Tickets tickets() {
    return tickets;
  }

  /** Neither principal nor ticket. */
  @Override
  public String toString() {
    return "Kerberos ticket for " + service;
  }
}
