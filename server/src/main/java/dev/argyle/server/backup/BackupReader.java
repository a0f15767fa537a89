package dev.argyle.server.backup;

import dev.argyle.server.account.DataProblem;
import dev.argyle.server.config.FileFailure;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/** Unpacks a backup into an empty folder, and checks every octet of it. */
final class BackupReader {

  private static final int MAX_MANIFEST = 64 << 10;
  private static final int MAX_CHECKSUMS = 1 << 20; // of some 10,000 files
  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<?> OWNERS_FOLDER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final Set<StandardOpenOption> NEW =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

  private final String name;
  private final ZipInputStream zip;
  private final StringBuilder checksums = new StringBuilder();

  /**
   * @param name of the file, for messages
   */
  BackupReader(String name, InputStream in) {
    this.name = name;
    this.zip = new ZipInputStream(in, StandardCharsets.UTF_8);
  }

  /**
   * Unpacks it.
   *
   * @throws DataProblem if it is no backup, damaged, cut off, or a newer version's
   * @throws IOException if the folder cannot be written to
   */
  Manifest unpack(Path folder) throws DataProblem, IOException {
    try {
      Manifest manifest = manifest();
      while (true) {
        ZipEntry entry = zip.getNextEntry();
        if (entry == null) {
          throw new DataProblem(name + ": is cut off; use another backup");
        }
        if (entry.getName().equals(Entry.CHECKSUMS)) {
          check(zip.readNBytes(MAX_CHECKSUMS));
          return manifest;
        }
        unpack(entry, folder);
      }
    } catch (ZipException damaged) {
      throw damaged(damaged.getMessage(), damaged);
    } catch (EOFException cutOff) {
      throw new DataProblem(name + ": is cut off; use another backup", cutOff);
    }
  }

  private Manifest manifest() throws IOException, DataProblem {
    ZipEntry first = zip.getNextEntry();
    Manifest manifest = null;
    if (first != null && first.getName().equals(Entry.MANIFEST)) {
      byte[] octets = zip.readNBytes(MAX_MANIFEST);
      note(BackupWriter.digest().digest(octets), Entry.MANIFEST);
      manifest = Manifest.parse(octets);
    }
    if (manifest == null) {
      throw new DataProblem(name + ": is not a backup of Argyle; argyle backup writes one");
    }
    if (manifest.format() > Manifest.FORMAT) {
      throw new DataProblem(
          name
              + ": was written by a newer Argyle ("
              + manifest.version()
              + ", format "
              + manifest.format()
              + "; this version reads format "
              + Manifest.FORMAT
              + "); restore it with that version or a newer one");
    }
    return manifest;
  }

  private void unpack(ZipEntry entry, Path folder) throws IOException, DataProblem {
    if (!Entry.isFile(entry.getName())) {
      throw damaged("it has an unknown file " + printable(entry.getName()), null);
    }
    Path file = folder.resolve(entry.getName());
    Path parent = file.getParent();
    if (parent != null && !Files.isDirectory(parent)) {
      Files.createDirectory(parent, OWNERS_FOLDER);
    }
    MessageDigest digest = BackupWriter.digest();
    try (FileChannel channel = FileChannel.open(file, NEW, OWNER_ONLY)) {
      OutputStream out = new DigestOutputStream(Channels.newOutputStream(channel), digest);
      zip.transferTo(out);
      channel.force(true);
    }
    FileTime modified = entry.getLastModifiedTime();
    if (modified != null) { // by which the history knows how old it is
      Files.setLastModifiedTime(file, modified);
    }
    note(digest.digest(), entry.getName());
  }

  private void note(byte[] digest, String file) {
    checksums.append(HexFormat.of().formatHex(digest)).append("  ").append(file).append('\n');
  }

  private void check(byte[] expected) throws DataProblem {
    if (!checksums.toString().equals(new String(expected, StandardCharsets.UTF_8))) {
      throw damaged("its checksums are wrong", null);
    }
  }

  private DataProblem damaged(@Nullable String how, @Nullable IOException cause) {
    String message = name + ": is damaged: " + how + "; use another backup";
    return cause == null
        ? new DataProblem(message)
        : new DataProblem(
            name + ": is damaged: " + FileFailure.words(cause) + "; use another backup", cause);
  }

  private static String printable(String name) {
    return name.replaceAll("[^\\x20-\\x7E]", "?");
  }
}
