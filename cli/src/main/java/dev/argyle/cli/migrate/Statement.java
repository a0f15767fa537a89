package dev.argyle.cli.migrate;

/**
 * Something that the original file says.
 *
 * @param line where it begins, from 1
 * @param text what it says, without secrets
 */
record Statement(int line, String text) {}
