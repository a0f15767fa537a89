package dev.argyle.cli.door;

import dev.argyle.server.config.FileFailure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Which certificate of an HTTPS server is believed: one that a file names, or what authorities have
 * signed. Immutable.
 */
public final class Trust {

  /** Of a file with certificates; those of all public authorities have 220 KB. */
  private static final int FILE_OCTETS = 1 << 20;

  private static final int DNS_NAME = 2; // of a SubjectAlternativeName (RFC 5280, section 4.2.1.6)
  private static final int IP_ADDRESS = 7;

  private final TrustManager manager;
  private final boolean checksName;

  private Trust(TrustManager manager, boolean checksName) {
    this.manager = manager;
    this.checksName = checksName;
  }

  /**
   * Believes the one certificate in a file, whatever its names and its dates are: the server itself
   * has written it there, and writes it again before it shows another one.
   */
  static Trust pinned(Path file) {
    return new Trust(new Pinned(file), false);
  }

  /**
   * Believes what authorities have signed, for the name that is connected to.
   *
   * @param file certificates in PEM, of authorities or of the server itself; null: the authorities
   *     that Java knows
   * @throws IOException with words for the operator
   */
  public static Trust authorities(@Nullable Path file) throws IOException {
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(file == null ? null : store(file));
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509ExtendedTrustManager checking) {
          return new Trust(new Checked(checking), true);
        }
      }
      throw new IOException("this Java checks no certificates");
    } catch (GeneralSecurityException wrong) {
      throw new IOException(
          (file == null ? "the authorities that Java knows" : file)
              + ": cannot be used: "
              + wrong.getMessage(),
          wrong);
    }
  }

  private static KeyStore store(Path file) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    for (X509Certificate certificate : certificates(file)) {
      store.setCertificateEntry("authority " + store.size(), certificate);
    }
    return store;
  }

  private static List<X509Certificate> certificates(Path file) throws IOException {
    byte[] octets;
    try (var in = Files.newInputStream(file)) {
      octets = in.readNBytes(FILE_OCTETS);
    } catch (IOException unreadable) {
      throw new IOException(
          file + ": cannot be read: " + FileFailure.advised(unreadable), unreadable);
    }
    List<X509Certificate> found = new ArrayList<>();
    try {
      CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(octets))
          .forEach(
              certificate -> {
                if (certificate instanceof X509Certificate one) {
                  found.add(one);
                }
              });
    } catch (CertificateException malformed) {
      found.clear();
    }
    if (found.isEmpty()) {
      throw new IOException(file + ": has no certificate in PEM (-----BEGIN CERTIFICATE-----)");
    }
    return found;
  }

  /** The server is not the one that is meant, as far as its certificate tells. */
  static final class Untrusted extends IOException {
    private static final long serialVersionUID = 1;

    Untrusted(String words, Throwable cause) {
      super(words, cause);
    }
  }

  /**
   * Makes TLS of a connection; closing it closes both.
   *
   * @param host what was connected to
   * @param patienceMillis for each read of the handshake
   * @throws Untrusted with words for people
   */
  Socket over(Socket socket, String host, int port, int patienceMillis) throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {manager}, null);
      SSLSocket secure =
          (SSLSocket) context.getSocketFactory().createSocket(socket, host, port, true);
      SSLParameters parameters = secure.getSSLParameters();
      if (checksName) {
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
      }
      secure.setSSLParameters(parameters);
      secure.setSoTimeout(patienceMillis);
      secure.startHandshake();
      return secure;
    } catch (SSLException failed) {
      throw new Untrusted(words(failed), failed);
    } catch (GeneralSecurityException absent) {
      throw new IOException("this Java has no TLS: " + absent.getMessage(), absent);
    }
  }

  private static String words(SSLException failed) {
    for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateException refused) {
        return String.valueOf(refused.getMessage());
      }
    }
    String message = String.valueOf(failed.getMessage());
    return message.startsWith("Unsupported or unrecognized SSL message")
        ? "what listens there does not speak TLS; leave out https:// and --ca"
        : "TLS: " + message;
  }

  /** One certificate, read when it is compared: the server may have replaced it since. */
  private record Pinned(Path file) implements X509TrustManager {

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      X509Certificate known;
      try {
        known = certificates(file).getFirst();
      } catch (IOException unreadable) {
        throw new CertificateException(unreadable.getMessage(), unreadable);
      }
      if (!known.equals(chain[0])) {
        throw new CertificateException(
            "the certificate is not the one in "
                + file
                + ": what listens there is not this server");
      }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("for servers only");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  /** Says in plain words what Java's own checks found. */
  private static final class Checked extends X509ExtendedTrustManager {

    private final X509ExtendedTrustManager checks;

    Checked(X509ExtendedTrustManager checks) {
      this.checks = checks;
    }

    /** The check itself. */
    private interface Check {
      void make() throws CertificateException;
    }

    // One that is itself in the file is believed by Java without a look at its dates.
    private static void check(X509Certificate[] chain, Check check) throws CertificateException {
      X509Certificate own = chain[0];
      try {
        own.checkValidity();
      } catch (CertificateExpiredException expired) {
        throw new CertificateException(
            "the certificate expired on "
                + day(own.getNotAfter())
                + "; give the server a new one (management.http.tls)",
            expired);
      } catch (CertificateNotYetValidException early) {
        throw new CertificateException(
            "the certificate is not valid before "
                + day(own.getNotBefore())
                + "; check the clocks of both hosts",
            early);
      }
      try {
        check.make();
      } catch (CertificateException refused) {
        throw new CertificateException(
            refused.getClass() == CertificateException.class // what checks paths throws its own
                ? "the certificate is for other names ("
                    + names(own)
                    + "); connect by one of them, or give the server a certificate with this name"
                : "the certificate is not trusted: its issuer is "
                    + own.getIssuerX500Principal().getName()
                    + "; give that authority's certificate with --ca FILE, or the server's own",
            refused);
      }
    }

    private static Instant day(Date date) {
      return date.toInstant().truncatedTo(ChronoUnit.SECONDS);
    }

    /** What it is for. */
    private static String names(X509Certificate certificate) throws CertificateException {
      Collection<List<?>> alternatives =
          Objects.requireNonNullElse(certificate.getSubjectAlternativeNames(), List.of());
      String names =
          alternatives.stream()
              .filter(
                  name ->
                      name.getFirst() instanceof Integer kind
                          && (kind == DNS_NAME || kind == IP_ADDRESS))
              .map(name -> String.valueOf(name.get(1)))
              .collect(Collectors.joining(", "));
      return names.isEmpty() ? certificate.getSubjectX500Principal().getName() : names;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      check(chain, () -> checks.checkServerTrusted(chain, type, socket));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      check(chain, () -> checks.checkServerTrusted(chain, type, engine));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      check(chain, () -> checks.checkServerTrusted(chain, type));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      checks.checkClientTrusted(chain, type, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      checks.checkClientTrusted(chain, type, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      checks.checkClientTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return checks.getAcceptedIssuers();
    }
  }
}
