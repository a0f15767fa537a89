/**
 * Sockets as the kernel gives them: the system calls, bound with java.lang.foreign in one class,
 * and a socket that is registered at a Netty event loop once, from accept to close. Nothing here
 * knows SOCKS, rules or users. May import Netty and the JDK. Start at {@link
 * dev.argyle.server.net.NativeSocket}; tests fail calls through {@link
 * dev.argyle.server.net.Syscalls}.
 */
@NullMarked
package dev.argyle.server.net;

import org.jspecify.annotations.NullMarked;
