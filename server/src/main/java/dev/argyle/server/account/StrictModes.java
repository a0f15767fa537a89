package dev.argyle.server.account;

import dev.argyle.server.config.FileFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Whether somebody else could have planted or changed what is believed: the directory of accounts
 * and secrets, and the files in it. As sshd's StrictModes has it, each must belong to root or to
 * the user of this process, and nobody else may write to it. A symbolic link is judged by what it
 * leads to. What a file system without owners has is believed.
 */
final class StrictModes {

  private static final int ROOT = 0;

  /** Where there is no /proc. */
  private static final int UNKNOWN = -1;

  /** S_IWGRP and S_IWOTH. */
  private static final int OTHERS_WRITE = 022;

  private static final Path STATUS = Path.of("/proc/self/status");

  private final int self;
  private final boolean rootMayUseOthers;

  /**
   * @param self the user of this process
   * @param rootMayUseOthers root, who looks after another user's directory, may; a server that runs
   *     as root may not use one, for that user would become its administrator
   */
  StrictModes(int self, boolean rootMayUseOthers) {
    this.self = self;
    this.rootMayUseOthers = rootMayUseOthers;
  }

  /** For a server. */
  static StrictModes ofServer() {
    return new StrictModes(user(), false);
  }

  /** For a command that an operator gives. */
  static StrictModes ofCommand() {
    return new StrictModes(user(), true);
  }

  /** The effective user; where Linux's /proc is missing, only modes are checked. */
  private static int user() {
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith("Uid:")) { // real, effective, saved, file system
          return Integer.parseUnsignedInt(line.split("\\s+")[2]);
        }
      }
    } catch (IOException | RuntimeException noLinux) {
      return UNKNOWN;
    }
    return UNKNOWN;
  }

  /**
   * Checks a directory or a file; nothing is wrong with one that is not there.
   *
   * @throws DataProblem that says what to do
   */
  void check(Path file) throws DataProblem {
    int owner;
    int mode;
    try {
      owner = number(file, "unix:uid");
      mode = number(file, "unix:mode");
    } catch (NoSuchFileException absent) {
      return;
    } catch (UnsupportedOperationException noOwners) {
      return;
    } catch (IOException failed) {
      throw new DataProblem(file + ": " + FileFailure.advised(failed), failed);
    }
    check(file, owner, mode);
  }

  private static int number(Path file, String attribute) throws IOException {
    return Files.getAttribute(file, attribute) instanceof Integer number ? number : UNKNOWN;
  }

  private void check(Path file, int owner, int mode) throws DataProblem {
    boolean trusted = owner == ROOT || owner == self || (self == ROOT && rootMayUseOthers);
    if (!trusted && self != UNKNOWN) {
      throw new DataProblem(
          file
              + ": belongs to user "
              + Integer.toUnsignedString(owner)
              + ", and this runs as user "
              + Integer.toUnsignedString(self)
              + "; whoever owns it decides who the administrator is: run this as user "
              + Integer.toUnsignedString(owner)
              + ", or make it yours (chown), or give another directory with --data");
    }
    if ((mode & OTHERS_WRITE) != 0) {
      throw new DataProblem(
          file
              + ": its group or everybody may write to it ("
              + Integer.toOctalString(mode & 07777)
              + "), and so decide who the administrator is; "
              + advice(file, owner));
    }
  }

  /** Who does not own it, as below a volume of Kubernetes with fsGroup, cannot change its mode. */
  private String advice(Path file, int owner) {
    String command = "chmod go-w " + file;
    if (owner == self || self == ROOT || self == UNKNOWN || !Files.isDirectory(file)) {
      return "take that away: " + command;
    }
    return "its owner takes that away with "
        + command
        + "; or give a directory below it, which is then made: --data "
        + file.resolve("argyle");
  }
}
