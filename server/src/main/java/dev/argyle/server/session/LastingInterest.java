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
 * Netty has a method for it, but nobody else may call it.
 */
final class LastingInterest {

  private static final MethodHandle SET_FLAG = setFlag();

  private LastingInterest() {}

  private static MethodHandle setFlag() {
    try {
      return MethodHandles.privateLookupIn(EpollSocketChannel.class, MethodHandles.lookup())
          .findVirtual(
              EpollSocketChannel.class, "setFlag", MethodType.methodType(void.class, int.class));
    } catch (ReflectiveOperationException otherNetty) {
      throw new IllegalStateException("Netty's channels are made in another way", otherNetty);
    }
  }

  /**
   * @param channel not registered yet
   */
  static void of(EpollSocketChannel channel) {
    try {
      SET_FLAG.invokeExact(channel, Native.EPOLLERR);
    } catch (Throwable unexpected) {
      throw new IllegalStateException("a channel that is not registered takes it", unexpected);
    }
  }
}
