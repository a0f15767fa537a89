package dev.argyle.server.net;

import java.io.IOException;

/** A call failed, with an errno and words for the operator. */
public final class ErrnoException extends IOException {

  private static final long serialVersionUID = 1L;

  private final int errno;

  public ErrnoException(int errno) {
    super(Errno.words(errno));
    this.errno = errno;
  }

  public int errno() {
    return errno;
  }
}
