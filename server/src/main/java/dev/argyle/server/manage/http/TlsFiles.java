package dev.argyle.server.manage.http;

import dev.argyle.server.config.FileFailure;
import dev.argyle.server.config.FileStamp;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate and the key of the HTTP door, two files in PEM. Asked before each handshake, and
 * read again when a file was replaced; what cannot be read then leaves the old ones in force, and
 * is logged once for each state of the files. What could not be read at all, for want of
 * descriptors, say, is tried again before the next handshake. Safe for any thread; may block for
 * the disk.
 */
public final class TlsFiles {

  private static final Logger LOG = LoggerFactory.getLogger(TlsFiles.class);

  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]*)-----END PRIVATE KEY-----");

  private static final String CONVERT =
      "convert it with: openssl pkcs8 -topk8 -nocrypt -in OLD -out NEW";

  /** Is told of a certificate before anybody is shown it. */
  @FunctionalInterface
  public interface Publication {
    void shown(X509Certificate certificate) throws IOException;
  }

  /** A file could not be read, whatever is in it. */
  private static final class Unreadable extends IOException {

    private static final long serialVersionUID = 1;

    Unreadable(Path file, IOException why) {
      super(file + ": cannot be read: " + FileFailure.advised(why), why);
    }

    String words() {
      return String.valueOf(getMessage());
    }
  }

  /** What was read, and from which state of the files. */
  private record Loaded(SslContext context, X509Certificate certificate, List<FileStamp> stamps) {}

  private final Path certificate;
  private final Path key;
  private final Publication publication;

  // under the monitor
  private Loaded loaded;
  private @Nullable List<FileStamp> failed; // the state of the files that are of no use
  private @Nullable String unreadable; // what was logged of files that are tried again

  private TlsFiles(Path certificate, Path key, Publication publication, Loaded loaded) {
    this.certificate = certificate;
    this.key = key;
    this.publication = publication;
    this.loaded = loaded;
  }

  /**
   * Reads them.
   *
   * @throws IOException with words for the operator
   */
  public static TlsFiles read(Path certificate, Path key) throws IOException {
    return read(certificate, key, _ -> {});
  }

  /**
   * Reads them.
   *
   * @param publication also told when a replaced certificate is taken up; what it throws then is
   *     logged
   * @throws IOException with words for the operator
   */
  public static TlsFiles read(Path certificate, Path key, Publication publication)
      throws IOException {
    List<FileStamp> stamps = List.of(stamp(certificate), stamp(key));
    Loaded loaded = load(certificate, key, stamps);
    publication.shown(loaded.certificate());
    return new TlsFiles(certificate, key, publication, loaded);
  }

  private static FileStamp stamp(Path file) throws IOException {
    try {
      FileStamp now = FileStamp.of(file);
      if (now.isMissing()) {
        throw new NoSuchFileException(file.toString());
      }
      return now;
    } catch (IOException unreadable) {
      throw new IOException(
          file + ": cannot be read: " + FileFailure.advised(unreadable), unreadable);
    }
  }

  private static Loaded load(Path certificate, Path key, List<FileStamp> stamps)
      throws IOException {
    X509Certificate[] chain = chain(certificate, octets(certificate));
    PrivateKey secret = secret(key, octets(key), chain[0].getPublicKey());
    SslContext context =
        SslContextBuilder.forServer(secret, chain)
            .sslProvider(SslProvider.JDK)
            .protocols("TLSv1.3", "TLSv1.2")
            .build();
    return new Loaded(context, chain[0], stamps);
  }

  private static byte[] octets(Path file) throws IOException {
    try {
      return Files.readAllBytes(file);
    } catch (IOException why) {
      throw new Unreadable(file, why);
    }
  }

  private static X509Certificate[] chain(Path file, byte[] pem) throws IOException {
    try {
      X509Certificate[] chain =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem))
              .toArray(new X509Certificate[0]);
      if (chain.length > 0) {
        return chain;
      }
    } catch (CertificateException | ArrayStoreException wrong) {
      LOG.debug("{}", file, wrong);
    }
    throw new IOException(
        file + ": has no certificate in PEM; give the server's own one first, then its chain");
  }

  /** The key, if it is the one that the certificate is of. */
  private static PrivateKey secret(Path file, byte[] pem, PublicKey certified) throws IOException {
    Matcher block = KEY.matcher(new String(pem, StandardCharsets.ISO_8859_1));
    if (!block.find()) {
      throw new IOException(file + ": has no private key of PKCS #8 in PEM; " + CONVERT);
    }
    try {
      byte[] encoded = Base64.getMimeDecoder().decode(block.group(1));
      PrivateKey secret =
          KeyFactory.getInstance(certified.getAlgorithm())
              .generatePrivate(new PKCS8EncodedKeySpec(encoded));
      if (belong(secret, certified)) {
        return secret;
      }
    } catch (GeneralSecurityException | IllegalArgumentException wrong) {
      LOG.debug("{}", file, wrong);
    }
    throw new IOException(
        file + ": is not the key of the certificate; give the two that were made together");
  }

  private static boolean belong(PrivateKey secret, PublicKey certified)
      throws GeneralSecurityException {
    String algorithm =
        switch (certified.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> certified.getAlgorithm(); // EdDSA
        };
    byte[] octets = {1, 2, 3};
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(secret);
    signature.update(octets);
    byte[] signed = signature.sign();
    signature.initVerify(certified);
    signature.update(octets);
    return signature.verify(signed);
  }

  /** What the next handshake is made with. */
  synchronized SslContext current() {
    List<FileStamp> now;
    try {
      now = List.of(stamp(certificate), stamp(key));
    } catch (IOException beingReplaced) {
      LOG.debug("the certificate's files are not there", beingReplaced);
      return loaded.context();
    }
    if (!now.equals(loaded.stamps()) && !now.equals(failed)) {
      try {
        loaded = load(certificate, key, now);
        failed = null;
        unreadable = null;
        LOG.info("management.http.tls: {} and {} read again", certificate, key);
        publish();
      } catch (Unreadable why) {
        if (!why.words().equals(unreadable)) {
          unreadable = why.words();
          stays(unreadable);
        }
      } catch (IOException wrong) {
        failed = now;
        stays(String.valueOf(wrong.getMessage()));
      }
    }
    return loaded.context();
  }

  private static void stays(String why) {
    LOG.error("management.http.tls: the old certificate stays: {}", why);
  }

  private void publish() {
    try {
      publication.shown(loaded.certificate());
    } catch (IOException failed) {
      LOG.warn(
          "management.http.tls: argyle ctl cannot be told of the certificate: {}",
          failed.toString());
    }
  }

  /** When the certificate that is in force ends, in milliseconds since 1970. */
  public synchronized long endMillis() {
    return loaded.certificate().getNotAfter().getTime();
  }
}
