package dev.argyle.wire;

/**
 * Which rule decided about a request, as connections, logs and lists carry it. Made once for each
 * rule and shared by all requests that it decides.
 *
 * @param number the rule's, from 1; 0: no rule but a default, or one of the server's own listeners
 * @param words as logs have it, such as {@code rule 3 (argyle.yaml:21)}
 */
public record RuleRef(int number, String words) {}
