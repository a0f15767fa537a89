package dev.argyle.server.config;

import java.io.CharConversionException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Why a file could not be used, in words for people. The JDK puts some reasons into the names of
 * its exceptions ({@code AccessDeniedException: /x}), which say nothing to an operator.
 */
public final class FileFailure {

  /** What the kernel says (strerror(3), in lower case), and what an operator does about it. */
  private enum Kind {
    PERMISSION(
        "permission denied",
        "change its owner or mode, or run this as the user that the server runs as"),
    FULL("no space left on device", "free some space on that disk, and try again"),
    QUOTA("disk quota exceeded", "free some space, or raise the quota of this user"),
    READ_ONLY("read-only file system", "mount it for writing, or name a place elsewhere"),
    IO("input/output error", "the disk or its connection fails: see the kernel's log (dmesg)"),
    DESCRIPTORS("too many open files", "raise the limit of open files (ulimit -n, LimitNOFILE=)"),
    TOO_LONG("file name too long", "name a shorter one");

    private final String words;
    private final String advice;

    Kind(String words, String advice) {
      this.words = words;
      this.advice = advice;
    }
  }

  private FileFailure() {}

  /** The reason alone: {@code permission denied}. Never the name of a class. */
  public static String words(IOException failure) {
    return switch (failure) {
      case AccessDeniedException _ -> Kind.PERMISSION.words;
      case NoSuchFileException _ -> "no such file or directory";
      case FileAlreadyExistsException _ -> "exists already and is something else";
      case NotDirectoryException _ -> "not a directory";
      case DirectoryNotEmptyException _ -> "the directory is not empty";
      case FileSystemLoopException _ -> "symbolic links that lead in a circle";
      case CharacterCodingException _ -> "not UTF-8";
      case CharConversionException _ -> "not UTF-8";
      case FileSystemException other -> lowered(other.getReason());
      case FileNotFoundException other -> lowered(inParentheses(other.getMessage()));
      default -> lowered(failure.getMessage());
    };
  }

  /** The reason and what to do: {@code permission denied; change its owner ...}. */
  public static String advised(IOException failure) {
    return advised(failure, "");
  }

  /**
   * As above.
   *
   * @param otherwise what to do about a reason that has no advice of its own; empty: nothing
   */
  public static String advised(IOException failure, String otherwise) {
    String words = words(failure);
    for (Kind kind : Kind.values()) {
      if (words.equals(kind.words)) {
        return words + "; " + kind.advice;
      }
    }
    return otherwise.isEmpty() ? words : words + "; " + otherwise;
  }

  /** {@code /a/b (Permission denied)}, as streams of java.io have it. */
  private static @Nullable String inParentheses(@Nullable String message) {
    int open = message == null ? -1 : message.lastIndexOf('(');
    return message == null || open < 0 || !message.endsWith(")")
        ? message
        : message.substring(open + 1, message.length() - 1);
  }

  /** With a small letter at the beginning, unless an abbreviation stands there. */
  private static String lowered(@Nullable String text) {
    if (text == null || text.isBlank()) {
      return "it failed for an unknown reason";
    }
    boolean abbreviation = text.length() > 1 && Character.isUpperCase(text.charAt(1));
    return abbreviation ? text : text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
  }
}
