/**
 * How fast the octets of an account pass: one {@link dev.argyle.server.rate.Bucket} for each
 * direction of an account, shared by all loops, and on each loop those who wait for it. Knows no
 * socket and no account; imports the JDK alone. Start at {@link dev.argyle.server.rate.Budget}.
 */
@NullMarked
package dev.argyle.server.rate;

import org.jspecify.annotations.NullMarked;
