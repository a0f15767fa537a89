/** Tests of the client library; a server's side is played by {@link ScriptedServer}. */
@NullMarked
package dev.argyle.client;

import org.jspecify.annotations.NullMarked;
