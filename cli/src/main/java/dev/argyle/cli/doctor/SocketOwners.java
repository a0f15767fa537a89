package dev.argyle.cli.doctor;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which processes listen at a port, as /proc tells (proc(5)): of other users, root alone sees it.
 */
final class SocketOwners {

  /** Tables of sockets, and the state of those that wait for others (net/tcp_states.h). */
  enum Kind {
    TCP("0A", "tcp", "tcp6"),
    UDP("07", "udp", "udp6");

    private final String state;
    private final List<String> tables;

    Kind(String state, String... tables) {
      this.state = state;
      this.tables = List.of(tables);
    }
  }

  /** A process that has the socket. */
  record Owner(long pid, String name) {}

  private static final int LOCAL = 1;
  private static final int STATE = 3;
  private static final int INODE = 9;

  private final Path proc;

  SocketOwners(Path proc) {
    this.proc = proc;
  }

  List<Owner> of(Kind kind, int port) {
    Set<String> sockets = new HashSet<>();
    for (String table : kind.tables) {
      for (String line : lines(proc.resolve("net").resolve(table))) {
        String[] fields = line.strip().split("\\s+");
        if (fields.length > INODE
            && fields[STATE].equals(kind.state)
            && fields[LOCAL].endsWith(String.format(":%04X", port))) {
          sockets.add("socket:[" + fields[INODE] + "]");
        }
      }
    }
    return sockets.isEmpty() ? List.of() : processesWith(sockets);
  }

  private List<Owner> processesWith(Set<String> sockets) {
    List<Owner> found = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
      for (Path process : processes) {
        if (has(process.resolve("fd"), sockets)) {
          long pid = Long.parseLong(process.getFileName().toString());
          found.add(new Owner(pid, String.join("", lines(process.resolve("comm")))));
        }
      }
    } catch (IOException | RuntimeException noLinux) {
      return found;
    }
    return found;
  }

  private static boolean has(Path descriptors, Set<String> sockets) {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(descriptors)) {
      for (Path each : all) {
        if (sockets.contains(target(each))) {
          return true;
        }
      }
    } catch (IOException | RuntimeException anotherUsersOrGone) {
      return false;
    }
    return false;
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException closed) {
      return "";
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException gone) {
      return List.of();
    }
  }
}
