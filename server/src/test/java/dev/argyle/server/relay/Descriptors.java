package dev.argyle.server.relay;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** What this process has open, by the kernel's own list. */
final class Descriptors {

  private static final Path OPEN = Path.of("/proc/self/fd");

  private Descriptors() {}

  /** What a descriptor is, for instance {@code socket:[12345]}: unlike its number, used once. */
  static String identity(int fd) throws IOException {
    return Files.readSymbolicLink(OPEN.resolve(Integer.toString(fd))).toString();
  }

  /** Everything that is open now. */
  static Set<String> open() throws IOException {
    Set<String> identities = new HashSet<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(OPEN)) {
      for (Path one : all) {
        try {
          identities.add(Files.readSymbolicLink(one).toString());
        } catch (IOException closedMeanwhile) {
          continue;
        }
      }
    }
    return identities;
  }
}
