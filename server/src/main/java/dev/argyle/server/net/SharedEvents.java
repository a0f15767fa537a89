package dev.argyle.server.net;

import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoOps;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Netty's events, made once. Netty 4.2 keeps a table of them, but fills in only those of a single
 * bit; our sockets are edge-triggered, so that most events have two (readable and writable), and
 * each of these was two new objects: the only garbage of a tunnel that stands, and a reason for
 * collections that stop every loop. Here the table gets the other events. If another version of
 * Netty has no such table, nothing is changed, and events cost what they did.
 */
final class SharedEvents {

  private static final Logger LOG = LoggerFactory.getLogger(SharedEvents.class);

  private static final int[] BITS = {0x1, 0x2, 0x4, 0x8, 0x10, 0x2000}; // as LinuxSocket has them

  /** Whether the table was filled; before the first loop runs, and once. */
  static final boolean FILLED = fill();

  private SharedEvents() {}

  private static boolean fill() {
    try {
      Field table = EpollIoOps.class.getDeclaredField("EVENTS");
      table.setAccessible(true);
      Method making = EpollIoOps.class.getDeclaredMethod("eventOf", int.class);
      making.setAccessible(true);
      EpollIoEvent[] events = (EpollIoEvent[]) table.get(null);
      for (int chosen = 1; chosen < 1 << BITS.length; chosen++) {
        int bits = 0;
        for (int i = 0; i < BITS.length; i++) {
          bits |= (chosen >> i & 1) == 0 ? 0 : BITS[i];
        }
        if (bits < events.length) {
          events[bits] = (EpollIoEvent) making.invoke(null, bits);
        }
      }
      return true;
    } catch (ReflectiveOperationException | RuntimeException otherwise) {
      LOG.debug("events are not shared", otherwise);
      return false;
    }
  }
}
