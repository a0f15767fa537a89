/**
 * Sockets and the event loops they live on. One {@link dev.argyle.server.net.StreamSocket} in two
 * kinds: the kernel's own, through system calls bound with java.lang.foreign in one class, and
 * NIO's, for systems without. {@link dev.argyle.server.net.SocketLoop} makes them, listens and
 * connects; {@link dev.argyle.server.net.LoopTurns} says who is served when. Nothing here knows
 * SOCKS, rules or users. May import {@code telemetry}, Netty and the JDK. Start at {@link
 * dev.argyle.server.net.StreamSocket}; tests fail calls through {@link
 * dev.argyle.server.net.Syscalls}.
 */
@NullMarked
package dev.argyle.server.net;

import org.jspecify.annotations.NullMarked;
