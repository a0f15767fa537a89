/**
 * What systemd and a service say to each other: the service tells when it is ready, reloads, stops
 * and is alive (sd_notify(3)), and is given sockets (sd_listen_fds(3)). Nothing here is done where
 * systemd has not set its variables. May import {@code net}, Netty, the JDK. Start at {@link
 * dev.argyle.server.systemd.Notifier}.
 */
@NullMarked
package dev.argyle.server.systemd;

import org.jspecify.annotations.NullMarked;
