package dev.argyle.cli.door;

import dev.argyle.client.manage.ManagementException;
import java.util.List;

/** Connections as they open and end. Used by one thread. */
public interface Followed extends AutoCloseable {

  /**
   * What happened since the last call, after about a second; the first call tells what is open, at
   * once.
   *
   * @throws InterruptedException if the thread was interrupted while it waited
   */
  List<Following.Event> next() throws ManagementException, InterruptedException;

  @Override
  void close();
}
