package dev.argyle.cli.doctor;

import dev.argyle.server.account.AccountBook;
import dev.argyle.server.account.AdminSecret;
import dev.argyle.server.account.DataDirectory;
import dev.argyle.server.account.DataProblem;
import dev.argyle.server.account.SchemaVersion;
import dev.argyle.server.config.Configuration;
import dev.argyle.server.config.FileFailure;
import dev.argyle.server.config.Log;
import dev.argyle.server.history.History;
import dev.argyle.server.history.Usage;
import dev.argyle.server.telemetry.LogDestination;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Owners and modes of what a server reads and writes, and what was left behind. */
final class FilesCheck {

  /** What this version has in its data directory. */
  private static final Set<String> KNOWN =
      Stream.concat(
              Stream.of(AccountBook.FILE, Usage.FILE)
                  .flatMap(
                      file -> Stream.of(file, file + "-wal", file + "-shm", file + "-journal")),
              Stream.of(AdminSecret.FILE, History.FOLDER, "endpoints.json", "lock"))
          .collect(Collectors.toSet());

  private final Findings findings;
  private final Path data;

  FilesCheck(Findings findings, Path data) {
    this.findings = findings;
    this.data = data.toAbsolutePath().normalize();
  }

  void directory() {
    if (!Files.exists(data)) {
      Path above = nearest(data);
      if (Files.isWritable(above)) {
        findings.ok(data + ": does not exist; the first start creates it");
      } else {
        findings.fail(
            data + ": does not exist, and this user may not create it in " + above,
            "create it as root and give it to the server's user, or give another with --data");
      }
      return;
    }
    try {
      DataDirectory.check(data);
      SchemaVersion.check(data);
      findings.ok(data + ": belongs to " + owner(data) + ", and nobody else may write to it");
    } catch (DataProblem problem) {
      findings.fail(String.valueOf(problem.getMessage()));
    } catch (IOException unreadable) {
      findings.warn(data + ": " + FileFailure.advised(unreadable));
    }
  }

  private static Path nearest(Path missing) {
    Path above = missing;
    while (!Files.exists(above) && above.getParent() != null) {
      above = above.getParent();
    }
    return above;
  }

  private static String owner(Path file) throws IOException {
    return Files.getOwner(file).getName();
  }

  /** The file itself, and those with secrets that it names. */
  void configuration(@Nullable Path file, Configuration configuration) {
    if (file != null && may(file, PosixFilePermission.OTHERS_WRITE)) {
      findings.fail(file + ": everybody may write to it", "chmod o-w " + file);
    }
    String url = configuration.accounts().url();
    if (file != null && url != null && url.contains("password=")) {
      secret(file, "the database's password");
    }
    named(configuration.management().http().tls().key(), "the key of the certificate");
    named(configuration.socks().gssapi().keytab(), "the keys of the Kerberos service");
  }

  private void named(@Nullable String file, String what) {
    if (file != null) {
      secret(Path.of(file), what);
    }
  }

  private void secret(Path file, String what) {
    if (may(file, PosixFilePermission.OTHERS_READ)) {
      findings.warn(file + ": holds " + what + ", and everybody may read it", "chmod o-r " + file);
    }
  }

  private static boolean may(Path file, PosixFilePermission what) {
    try {
      return Files.getPosixFilePermissions(file).contains(what);
    } catch (IOException | UnsupportedOperationException unknown) {
      return false;
    }
  }

  /** A log that belongs to somebody else (who ran the server once as root) cannot be written. */
  void logs(Log log) {
    for (String name : new String[] {log.access(), log.security()}) {
      if (LogDestination.named(name) instanceof LogDestination.File(Path file)) {
        try {
          if (Files.exists(file) && Files.exists(data) && !owner(file).equals(owner(data))) {
            findings.warn(
                file + ": belongs to " + owner(file) + ", and the data directory to " + owner(data),
                "if the server runs as " + owner(data) + ": chown " + owner(data) + " " + file);
          }
        } catch (IOException unreadable) {
          findings.warn(file + ": " + FileFailure.advised(unreadable));
        }
      }
    }
  }

  /**
   * What no server of this version needs.
   *
   * @param running whether one runs, whose files are in use
   * @param others where data may be besides
   */
  void leftovers(boolean running, List<Path> others) {
    boolean none = true;
    for (Path other : others) {
      Path directory = other.toAbsolutePath().normalize();
      if (!directory.equals(data) && Files.exists(directory.resolve(AccountBook.FILE))) {
        none = false;
        findings.warn(
            directory + ": has the data of a server, too",
            "name the right one with --data, and remove the other when nobody needs it");
      }
    }
    List<String> unknown = new ArrayList<>();
    for (Path file : files(data)) {
      String name = String.valueOf(file.getFileName());
      if (!KNOWN.contains(name) && !(running && name.endsWith(".new"))) {
        unknown.add(name);
      }
    }
    for (Path file : files(data.resolve(History.FOLDER))) {
      if (file.toString().endsWith(".damaged")) {
        unknown.add(data.relativize(file).toString());
      }
    }
    if (!unknown.isEmpty()) {
      findings.warn(
          data + ": not used by this version: " + String.join(", ", unknown),
          "left by another version or a killed server; remove what nobody needs");
    } else if (!running && Files.exists(data.resolve("endpoints.json"))) {
      findings.warn(
          data.resolve("endpoints.json") + ": was left behind by a server that was killed",
          "nothing: the next start replaces it");
    } else if (none) {
      findings.ok("nothing is left of other versions");
    }
  }

  /** In a fixed order; none where it cannot be listed, of which another line tells. */
  private static Set<Path> files(Path folder) {
    Set<Path> all = new TreeSet<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      entries.forEach(all::add);
    } catch (IOException | RuntimeException none) {
      return Set.of();
    }
    return all;
  }

  /** When anything in the directory was last written; null: there is nothing. */
  static @Nullable Instant newest(Path data) {
    Instant newest = null;
    for (Path file : files(data)) {
      try {
        Instant time = Files.getLastModifiedTime(file).toInstant();
        newest = newest == null || time.isAfter(newest) ? time : newest;
      } catch (IOException gone) {
        continue;
      }
    }
    return newest;
  }
}
