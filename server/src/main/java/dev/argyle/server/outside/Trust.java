package dev.argyle.server.outside;

import dev.argyle.server.config.FileFailure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Whom TLS to an authority believes, and the small secrets that it is shown. */
public final class Trust {

  /** A longer file is no secret. Fixed: a token of any kind is shorter. */
  private static final int MAX_SECRET = 4096;

  private Trust() {}

  /**
   * For connections to a server whose certificate, or whose authority's, is in a file.
   *
   * @param key what the configuration calls the file
   * @param ca null: what Java trusts
   * @throws IOException with words for the operator
   */
  public static SSLContext context(String key, @Nullable String ca) throws IOException {
    try {
      if (ca == null) {
        return SSLContext.getDefault();
      }
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (Certificate certificate : certificates(key, ca)) {
        store.setCertificateEntry("ca-" + number++, certificate);
      }
      TrustManagerFactory trusted =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trusted.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trusted.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException wrong) {
      throw new IOException(key + ": " + ca + ": cannot be used: " + wrong.getMessage(), wrong);
    }
  }

  private static Collection<? extends Certificate> certificates(String key, String ca)
      throws IOException, CertificateException {
    byte[] pem;
    try {
      pem = Files.readAllBytes(Path.of(ca));
    } catch (IOException unreadable) {
      throw new IOException(key + ": " + ca + ": " + FileFailure.advised(unreadable), unreadable);
    }
    try {
      Collection<? extends Certificate> all =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem));
      if (!all.isEmpty()) {
        return all;
      }
    } catch (CertificateException wrong) {
      throw new IOException(key + ": " + ca + ": is not a certificate in PEM", wrong);
    }
    throw new IOException(key + ": " + ca + ": has no certificate in PEM");
  }

  /**
   * The first line of a file: it is read for each question, so another secret needs no restart.
   *
   * @param key what the configuration calls the file
   * @throws IOException with words for the operator
   */
  public static String secret(String key, String file) throws IOException {
    try {
      Path path = Path.of(file);
      if (Files.size(path) > MAX_SECRET) {
        throw new IOException("is longer than " + MAX_SECRET + " bytes");
      }
      String secret = Files.readString(path, StandardCharsets.UTF_8).lines().findFirst().orElse("");
      if (secret.isBlank()) {
        throw new IOException("has no secret in its first line");
      }
      return secret.strip();
    } catch (IOException unreadable) {
      throw new IOException(key + ": " + file + ": " + FileFailure.words(unreadable), unreadable);
    }
  }
}
