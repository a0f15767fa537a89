/**
 * The UDP relay (RFC 1928, section 7): an association's sockets, fragments, and headers. Which
 * destinations are allowed, and which address a name has, its {@link
 * dev.argyle.server.udp.UdpOwner} says. May import telemetry, net, rate, wire, Netty and the JDK
 * (decision 0011). Must not know users or rules. Start at {@link
 * dev.argyle.server.udp.UdpAssociation}; {@link dev.argyle.server.udp.UdpLoop} does its input and
 * output, in batches of the kernel or on NIO. {@link dev.argyle.server.udp.LoopShare} is what one
 * user has of a loop, {@link dev.argyle.server.udp.UdpMemory} what all have of the heap.
 */
@NullMarked
package dev.argyle.server.udp;

import org.jspecify.annotations.NullMarked;
