package dev.argyle.server.egress;

import java.net.InetAddress;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * For whom an address is picked.
 *
 * @param account a user's name, or the source of a client without one
 * @param session the part of the login behind {@code +session=}; null: none
 * @param destination the host that is asked for, as in logs
 * @param incoming the address that the client has connected to
 */
public record EgressClient(
    Object account, @Nullable String session, String destination, Supplier<InetAddress> incoming) {}
