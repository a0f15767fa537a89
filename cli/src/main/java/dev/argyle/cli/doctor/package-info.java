/**
 * {@code argyle doctor}: looks at a host and an installation, changes nothing, and says what to do.
 * Start at {@link dev.argyle.cli.doctor.Examination}.
 */
@NullMarked
package dev.argyle.cli.doctor;

import org.jspecify.annotations.NullMarked;
