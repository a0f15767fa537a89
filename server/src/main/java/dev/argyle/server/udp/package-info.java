/**
 * The UDP relay (RFC 1928, section 7): an association's sockets, whose datagrams it takes,
 * fragments put together, headers taken off and put on. Which destinations are allowed, and what
 * names mean, it asks whoever opened it. May import telemetry, net, wire, Netty and the JDK
 * (decision 0011). Must not know users or rules. Start at {@link
 * dev.argyle.server.udp.UdpAssociation}; {@link dev.argyle.server.udp.UdpLoop} is what does its
 * input and output, by batches of the kernel's or on NIO.
 */
@NullMarked
package dev.argyle.server.udp;

import org.jspecify.annotations.NullMarked;
