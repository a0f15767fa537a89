/**
 * A running server's management doors as {@code argyle ctl} needs them: what can be asked ({@link
 * dev.argyle.cli.door.Operation}), which protocol has it ({@link dev.argyle.cli.door.Protocol}),
 * one adapter a protocol behind {@link dev.argyle.cli.door.Door}, and how one gets in ({@link
 * dev.argyle.cli.door.Access}). Commands speak to a door and know no protocol. May import the
 * client library, the server's rooms for what they write into a data directory, and nothing of
 * picocli. Start at {@link dev.argyle.cli.door.Door}.
 */
@NullMarked
package dev.argyle.cli.door;

import org.jspecify.annotations.NullMarked;
