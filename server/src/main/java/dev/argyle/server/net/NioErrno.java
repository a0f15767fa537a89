package dev.argyle.server.net;

import java.io.IOException;
import java.net.PortUnreachableException;
import java.util.Locale;
import java.util.Map;

/**
 * What an exception of NIO stands for. It gives several errors one class, so its words have to
 * serve, which are strerror's.
 */
public final class NioErrno {

  private NioErrno() {}

  /** EIO where the words say nothing. */
  public static int of(IOException failure) {
    if (failure instanceof PortUnreachableException) {
      return Errno.ECONNREFUSED; // without words
    }
    String words = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    if (words.contains("host is unreachable")) {
      return Errno.EHOSTUNREACH; // the JDK's own words, as the next
    }
    if (words.contains("protocol family")) {
      return Errno.EAFNOSUPPORT;
    }
    for (Map.Entry<Integer, String> known : Errno.STRERROR.entrySet()) {
      if (words.contains(known.getValue())) {
        return known.getKey();
      }
    }
    return Errno.EIO;
  }
}
