package dev.argyle.client.manage;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;

/** Waits for one channel, so that whatever a server does, the wait has an end. Owns the channel. */
final class ChannelSelector implements AutoCloseable {

  private final SelectableChannel channel;
  private final Selector selector;
  private final SelectionKey key;

  /**
   * Takes a channel over.
   *
   * @throws IOException if this system is short of descriptors; the channel is closed then
   */
  ChannelSelector(SelectableChannel channel) throws IOException {
    this.channel = channel;
    Selector opened = null;
    try {
      opened = Selector.open();
      channel.configureBlocking(false);
      key = channel.register(opened, 0);
    } catch (IOException shortage) {
      channel.close();
      if (opened != null) {
        opened.close();
      }
      throw shortage;
    }
    selector = opened;
  }

  /**
   * Waits until the channel is ready for these operations.
   *
   * @param millis 0: looks only
   * @return false: the time has passed
   * @throws InterruptedException if the thread is interrupted, and it stays so
   */
  boolean ready(int operations, long millis) throws IOException, InterruptedException {
    key.interestOps(operations);
    selector.selectedKeys().clear();
    int ready = millis > 0 ? selector.select(millis) : selector.selectNow();
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedException();
    }
    return ready > 0;
  }

  @Override
  public void close() {
    try (channel) {
      selector.close();
    } catch (IOException closed) {
      // there is nothing to be done about it
    }
  }
}
