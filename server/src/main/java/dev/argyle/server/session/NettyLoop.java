package dev.argyle.server.session;

import dev.argyle.server.dial.NameResolver;
import dev.argyle.server.relay.RelayLoop;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ServerChannel;
import java.net.InetAddress;

/** A loop whose sessions are {@link NettySession}s. */
final class NettyLoop extends SessionLoop<Channel> {

  private final ChannelFactory<? extends ServerChannel> serverChannels;

  NettyLoop(
      RelayLoop relay,
      NameResolver resolver,
      ChannelFactory<? extends Channel> channels,
      ChannelFactory<? extends ServerChannel> serverChannels) {
    super(relay, resolver, new NettyConnector(relay.eventLoop(), channels));
    this.serverChannels = serverChannels;
  }

  ChannelFactory<? extends ServerChannel> serverChannels() {
    return serverChannels;
  }

  @Override
  Rendezvous meet(InetAddress at, Rendezvous.Host<Channel> host) {
    NettyRendezvous rendezvous = new NettyRendezvous(this, host);
    rendezvous.open(at);
    return rendezvous;
  }
}
