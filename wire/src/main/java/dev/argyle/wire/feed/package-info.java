/**
 * FEED, the Socks5d Monitoring and Configuration Protocol, both directions. First {@link
 * dev.argyle.wire.feed.FeedLogin} and {@link dev.argyle.wire.feed.FeedLoginReply}, then any number
 * of {@link dev.argyle.wire.feed.FeedRequest}, each answered by a {@link
 * dev.argyle.wire.feed.FeedResponse}. May import {@code dev.argyle.wire} and the JDK.
 */
@NullMarked
package dev.argyle.wire.feed;

import org.jspecify.annotations.NullMarked;
