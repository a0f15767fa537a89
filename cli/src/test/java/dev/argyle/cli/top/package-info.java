@NullMarked
package dev.argyle.cli.top;

import org.jspecify.annotations.NullMarked;
