package dev.argyle.server.net;

import io.netty.channel.IoRegistration;
import io.netty.channel.nio.NioIoOps;
import io.netty.channel.nio.NioSelectableChannelIoHandle;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A listening socket of NIO; it pauses as {@link LinuxListener} does. */
final class NioListener extends NioSelectableChannelIoHandle<ServerSocketChannel>
    implements StreamListener {

  private final NioSocketLoop loop;
  private final ServerSocketChannel channel;
  private final InetSocketAddress local;
  private final boolean turnsAway;
  private final Acceptor acceptor;
  private @Nullable IoRegistration registration;

  /**
   * @param turnsAway whether clients are closed for which there is no descriptor
   */
  NioListener(NioSocketLoop loop, ServerSocketChannel channel, boolean turnsAway, Acceptor acceptor)
      throws IOException {
    super(channel);
    this.loop = loop;
    this.channel = channel;
    this.local = (InetSocketAddress) channel.getLocalAddress();
    this.turnsAway = turnsAway;
    this.acceptor = acceptor;
  }

  @Override
  public InetSocketAddress local() {
    return local;
  }

  @Override
  public boolean start() {
    if (registration != null) {
      return true;
    }
    registration = loop.eventLoop().register(this).getNow();
    return registration != null && registration.submit(NioIoOps.ACCEPT) >= 0;
  }

  @Override
  protected void handle(ServerSocketChannel ready, SelectionKey key) {
    acceptor.guard(this::accept);
  }

  private void accept() {
    for (int i = 0; i < ACCEPTED_A_TURN && channel.isOpen(); i++) {
      @Nullable SocketChannel accepted = null;
      try {
        accepted = channel.accept();
        if (accepted == null) {
          return;
        }
        if (!loop.mayOpen()) { // a spare is missing: it has the next descriptor
          NioSocketLoop.close(accepted);
          pause(loop.counted(Errno.EMFILE));
          return;
        }
        loop.prepare(accepted);
        InetSocketAddress peer = (InetSocketAddress) accepted.getRemoteAddress();
        StreamListener.give(acceptor, new NioStreamSocket(loop, accepted), peer);
      } catch (IOException failed) {
        NioSocketLoop.close(accepted);
        int errno = NioErrno.of(failed);
        if (Errno.isShortage(-errno)) {
          pause(loop.counted(errno));
          return;
        } // else the client was gone before it was accepted: the next one
      }
    }
  }

  private void pause(int errno) {
    acceptor.shortage(errno);
    IoRegistration paused = registration;
    if (paused == null || !channel.isOpen()) {
      return;
    }
    if (turnsAway) {
      loop.turnAway(channel);
    }
    paused.submit(NioIoOps.NONE);
    Runnable resume = () -> paused.submit(NioIoOps.ACCEPT); // does nothing if it is cancelled
    loop.eventLoop().schedule(acceptor.guarded(resume), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
  }

  @Override
  public void close(Runnable closed) {
    close();
    loop.afterClose(acceptor.guarded(closed));
  }

  @Override
  public void close() {
    if (registration != null) {
      registration.cancel();
    }
    NioSocketLoop.close(channel);
  }
}
