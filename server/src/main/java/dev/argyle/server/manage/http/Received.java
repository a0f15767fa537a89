package dev.argyle.server.manage.http;

import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetSocketAddress;

/**
 * A request as it came, whole.
 *
 * @param target of the request line, see {@link Target}
 * @param local the address that the client connected to
 * @param secure whether it came by TLS
 */
record Received(
    String method,
    String target,
    HttpHeaders headers,
    byte[] body,
    InetSocketAddress client,
    InetSocketAddress local,
    boolean secure) {}
