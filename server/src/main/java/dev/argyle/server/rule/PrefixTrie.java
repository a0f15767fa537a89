package dev.argyle.server.rule;

import org.jspecify.annotations.Nullable;

/**
 * Which rules name a prefix of given bits: a binary trie whose paths are compressed, so that it has
 * at most two nodes a prefix. Filled by the thread that compiles; never changed afterwards.
 */
final class PrefixTrie {

  /** Its first {@code length} bits are those of {@code bits}; the others mean nothing. */
  private static final class Node {
    final Bits bits;
    final int length;
    final RuleSet rules = new RuleSet();
    @Nullable Node zero;
    @Nullable Node one;

    Node(Bits bits, int length) {
      this.bits = bits;
      this.length = length;
    }

    @Nullable Node below(Bits path) {
      return path.bit(length) ? one : zero;
    }

    void put(Node child) {
      if (child.bits.bit(length)) {
        one = child;
      } else {
        zero = child;
      }
    }
  }

  private final Node root;

  PrefixTrie(int width) {
    root = new Node(new Bits(width, 0, 0), 0);
  }

  /** The rules of exactly this prefix. */
  RuleSet at(Prefix prefix) {
    Bits bits = prefix.bits();
    Node at = root;
    while (at.length < prefix.length()) { // at's bits lead prefix's
      Node next = at.below(bits);
      if (next == null) {
        next = new Node(bits, prefix.length());
        at.put(next);
      }
      int common = Math.min(bits.common(next.bits), prefix.length());
      if (common < next.length) {
        Node fork = new Node(bits, common);
        fork.put(next);
        at.put(fork);
        next = fork;
      }
      at = next;
    }
    return at.rules;
  }

  /** Sets in {@code rules} the rules of every prefix that holds {@code bits}. */
  void addTo(Bits bits, long[] rules) {
    Node at = root;
    while (at != null && bits.common(at.bits) >= at.length) {
      at.rules.addTo(rules);
      at = at.length < bits.width() ? at.below(bits) : null;
    }
  }
}
