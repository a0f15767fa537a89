package dev.argyle.server;

import dev.argyle.server.account.AdminSecret;
import dev.argyle.server.account.DataDirectory;
import dev.argyle.server.account.DataProblem;
import dev.argyle.wire.bottler.BottlerToken;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The token that Bottler's clients must show: as it is in {@code admin.secret}, which SIGHUP reads
 * again. Safe for any thread.
 */
final class SharedToken implements Supplier<BottlerToken> {

  private static final Logger LOG = LoggerFactory.getLogger(SharedToken.class);

  private final Path data;
  private volatile BottlerToken current;

  SharedToken(Path data, AdminSecret secret) {
    this.data = data;
    this.current = BottlerToken.ofHex(secret.bottlerToken());
  }

  @Override
  public BottlerToken get() {
    return current;
  }

  /** Without a file, or with one that is wrong, the token stays what it is. */
  void readAgain() {
    try {
      DataDirectory.checkAgain(data);
      AdminSecret secret = AdminSecret.read(data);
      if (secret == null) {
        LOG.warn("{} is not there: the Bottler token stays what it was", AdminSecret.FILE);
        return;
      }
      BottlerToken next = BottlerToken.ofHex(secret.bottlerToken());
      if (!next.equals(current)) {
        current = next;
        LOG.info("the Bottler token is another one now");
      }
    } catch (DataProblem problem) {
      LOG.error("{}; the Bottler token stays what it was", problem.getMessage());
    }
  }
}
