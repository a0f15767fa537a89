/**
 * Managing a running Argyle server from Java: one client for each of its protocols, {@link
 * dev.argyle.client.manage.MassClient}, {@link dev.argyle.client.manage.FeedClient} and {@link
 * dev.argyle.client.manage.BottlerClient}, with one method for each thing that protocol can do. May
 * import {@code dev.argyle.wire} and the JDK; docs/client.md is its manual.
 *
 * <p>Rules of everything here: what goes wrong is a {@link
 * dev.argyle.client.manage.ManagementException}, whose reason says what; every call ends within the
 * client's timeout; answers are bounded; no message of an exception holds a credential. What cannot
 * be sent, such as a name that is not ASCII, is an {@link IllegalArgumentException} before anything
 * is sent.
 */
@NullMarked
package dev.argyle.client.manage;

import org.jspecify.annotations.NullMarked;
