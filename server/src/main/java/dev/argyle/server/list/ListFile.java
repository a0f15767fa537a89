package dev.argyle.server.list;

import dev.argyle.server.config.FileFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The file of a list, by the name that the configuration has: what can be seen of it before it is
 * read, and the words for what is wrong with it.
 */
record ListFile(String name) {

  /**
   * How large a file may be.
   *
   * @param octets of the largest one that is read
   * @param why what is told of a larger one behind its size
   */
  record Bound(long octets, String why) {}

  /**
   * Where it is, if it looks like something that can be read.
   *
   * @param empty what is to be in a file, told for one that is empty: which a full disk or a
   *     download that failed leaves behind
   * @throws IOException there is none, or nobody may look at it
   */
  Path path(Bound bound, String empty) throws IOException, ListFault {
    Path path = Path.of(name);
    long octets = Files.size(path); // throws if there is none
    if (!Files.isRegularFile(path)) {
      throw fault("is not a file; name a file");
    }
    if (octets > bound.octets()) {
      throw fault("has " + octets + " bytes; " + bound.why());
    }
    if (octets == 0) {
      throw fault("is empty; " + empty);
    }
    return path;
  }

  ListFault fault(String what) {
    return new ListFault(name + ": " + what);
  }

  /** Of one line, counted from 1. */
  ListFault fault(int line, String what) {
    return new ListFault(name + ":" + line + ": " + what);
  }

  ListFault unreadable(IOException failed) {
    return ListFault.unreadable(name + ": cannot be read: " + FileFailure.advised(failed));
  }
}
