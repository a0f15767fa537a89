package dev.argyle.server.net;

import dev.argyle.wire.Source;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** How one socket is connected. Called on the loop that the socket will belong to. */
public interface Connector {

  /**
   * Starts to connect. A failure is an outcome, never an exception.
   *
   * @param source how the socket is bound, to an address of the same family as {@code to}; null:
   *     the system chooses
   * @param outcome is called at most once, on the same loop; also at once, from inside this method
   */
  Attempt connect(InetSocketAddress to, @Nullable Binding source, Outcome outcome);

  /** Gives a step of a dial its turn: {@link LoopTurns#soon}. */
  void soon(LoopTurns.Step step);

  /** A connect under way. */
  interface Attempt {

    /** It failed, or succeeded, inside {@link Connector#connect}. */
    Attempt OVER = () -> {};

    /** No outcome follows; the socket is closed. After an outcome it does nothing. */
    void cancel();
  }

  /** How an attempt ended. */
  interface Outcome extends Supervised {

    /**
     * @param socket registered at the loop; its owner has to be set
     */
    void connected(StreamSocket socket);

    /** Whose connect it is: what follows it is a step of this source. */
    Source source();

    /**
     * @param errno of socket(2) or connect(2)
     */
    void failed(int errno);

    /**
     * The socket could not be bound as it was to be; nothing was sent.
     *
     * @param errno of bind(2) or setsockopt(2)
     */
    default void unbound(int errno) {
      failed(errno);
    }
  }
}
