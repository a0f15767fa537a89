package dev.argyle.server.backup;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes the archive. What is not {@linkplain #finish finished} is no backup. */
final class BackupWriter {

  /** Writes what an entry holds. */
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  private final ZipOutputStream zip;
  private final StringBuilder checksums = new StringBuilder();

  BackupWriter(OutputStream out) {
    zip = new ZipOutputStream(out, StandardCharsets.UTF_8);
    zip.setLevel(Deflater.BEST_SPEED);
  }

  void add(String name, FileTime modified, Content content) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setLastModifiedTime(modified);
    zip.putNextEntry(entry);
    MessageDigest digest = digest();
    content.writeTo(new DigestOutputStream(zip, digest));
    zip.closeEntry();
    checksums.append(HexFormat.of().formatHex(digest.digest())).append("  ");
    checksums.append(name).append('\n');
  }

  /** Writes the checksums, and all that is buffered. */
  void finish() throws IOException {
    zip.putNextEntry(new ZipEntry(Entry.CHECKSUMS));
    zip.write(checksums.toString().getBytes(StandardCharsets.UTF_8));
    zip.closeEntry();
    zip.finish();
    zip.flush();
  }

  static MessageDigest digest() {
    try {
      return MessageDigest.getInstance(Entry.ALGORITHM);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has it", impossible);
    }
  }
}
