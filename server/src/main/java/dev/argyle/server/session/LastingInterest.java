package dev.argyle.server.session;

import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.Native;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Keeps a channel of Netty's in epoll: it always asks for errors, which are reported unasked. Else
 * one whose input has ended and that has nothing to write asks for nothing, is taken out for good
 * (see {@link NativeListener}), and breaks at the next octet that the kernel does not take at once.
 *
 * <p>And events are edges: that a connection has ended both ways (EPOLLHUP) is reported unasked
 * too, Netty does nothing about it, and as long as a level it would keep the loop spinning while
 * the last octets wait for a slow reader. {@link ReceiveInTurn} belongs to it.
 *
 * <p>That the input will end (EPOLLRDHUP) is not asked for: at that event Netty receives without
 * having been told to. Whoever reads meets the end.
 *
 * <p>Netty has methods for it, but nobody else may call them.
 */
final class LastingInterest {

  private static final MethodHandle SET_FLAG = flagMethod("setFlag");
  private static final MethodHandle CLEAR_FLAG = flagMethod("clearFlag");

  private LastingInterest() {}

  private static MethodHandle flagMethod(String name) {
    try {
      return MethodHandles.privateLookupIn(EpollSocketChannel.class, MethodHandles.lookup())
          .findVirtual(
              EpollSocketChannel.class, name, MethodType.methodType(void.class, int.class));
    } catch (ReflectiveOperationException otherNetty) {
      throw new IllegalStateException("Netty's channels are made in another way", otherNetty);
    }
  }

  /**
   * @param channel not registered yet
   */
  static void of(EpollSocketChannel channel) {
    try {
      SET_FLAG.invokeExact(channel, Native.EPOLLERR | Native.EPOLLET);
    } catch (Throwable unexpected) {
      throw new IllegalStateException("a channel that is not registered takes it", unexpected);
    }
    channel.pipeline().addFirst(new ReceiveInTurn());
  }

  /**
   * The end is met by reading only.
   *
   * @param channel registered, and before its loop has looked for events
   */
  static void endIsRead(EpollSocketChannel channel) {
    try {
      CLEAR_FLAG.invokeExact(channel, Native.EPOLLRDHUP);
    } catch (Throwable unexpected) {
      throw new IllegalStateException("a channel that is registered takes it", unexpected);
    }
  }
}
