package dev.argyle.server.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What tells one state of a file from another. Another owner or mode is another state: a file that
 * could not be read may be readable then, though nothing has been written to it.
 *
 * @param modified when its content was last written
 * @param changed when its content, owner or mode last changed; null: this system does not tell
 * @param octets how long it is; -1: there is no file
 * @param identity of the file behind the path; null: this system does not tell
 */
public record FileStamp(
    FileTime modified, @Nullable FileTime changed, long octets, @Nullable Object identity) {

  private static final FileStamp MISSING = new FileStamp(FileTime.fromMillis(0), null, -1, null);

  /**
   * The file's state now, {@link #isMissing} if there is none.
   *
   * @throws IOException if that cannot be told, for instance of what is in a folder of others
   */
  public static FileStamp of(Path file) throws IOException {
    try {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      return new FileStamp(now.lastModifiedTime(), changed(file), now.size(), now.fileKey());
    } catch (NoSuchFileException none) {
      return MISSING;
    }
  }

  private static @Nullable FileTime changed(Path file) throws IOException {
    try {
      return (FileTime) Files.getAttribute(file, "unix:ctime");
    } catch (UnsupportedOperationException | IllegalArgumentException otherSystem) {
      return null;
    }
  }

  public boolean isMissing() {
    return octets < 0;
  }

  /** As equals, whose code the JDK generates when it is first called: 15 ms of every start. */
  public boolean isSameAs(@Nullable FileStamp other) {
    return other != null
        && octets == other.octets
        && modified.equals(other.modified)
        && Objects.equals(changed, other.changed)
        && Objects.equals(identity, other.identity);
  }
}
