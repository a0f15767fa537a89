package dev.argyle.server.list;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/**
 * What tells one state of a file from another.
 *
 * @param octets -1: there is no file
 */
record FileStamp(FileTime modified, long octets, @Nullable Object file) {

  private static final FileStamp MISSING = new FileStamp(FileTime.fromMillis(0), -1, null);

  static FileStamp of(String file) {
    try {
      BasicFileAttributes found = Files.readAttributes(Path.of(file), BasicFileAttributes.class);
      return new FileStamp(found.lastModifiedTime(), found.size(), found.fileKey());
    } catch (IOException missing) {
      return MISSING;
    }
  }
}
