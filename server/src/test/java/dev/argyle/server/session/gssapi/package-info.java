@NullMarked
package dev.argyle.server.session.gssapi;

import org.jspecify.annotations.NullMarked;
