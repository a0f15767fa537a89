package dev.argyle.wire;

import org.jspecify.annotations.Nullable;

/**
 * What reading gave. {@code A} is the one kind of answer that the phase has, so that no other can
 * be sent.
 *
 * @param <M> the message that was looked for
 * @param <A> the answer that a malformed message gets
 */
public sealed interface Decoded<M, A> {

  /** A whole message; the buffer's position is behind it. */
  record Message<M, A>(M value) implements Decoded<M, A> {}

  /** A proper prefix of a message; the buffer's position has not moved. */
  record NeedMore<M, A>() implements Decoded<M, A> {

    private static final NeedMore<?, ?> INSTANCE = new NeedMore<>();
  }

  /**
   * No message can follow from these octets.
   *
   * @param answer what the peer is told; null: close in silence
   * @param reason for the log, without anything the peer sent
   */
  record Malformed<M, A>(@Nullable A answer, String reason) implements Decoded<M, A> {}

  /** The one {@link NeedMore}. */
  @SuppressWarnings("unchecked") // it holds neither an M nor an A
  static <M, A> Decoded<M, A> needMore() {
    return (Decoded<M, A>) NeedMore.INSTANCE;
  }
}
