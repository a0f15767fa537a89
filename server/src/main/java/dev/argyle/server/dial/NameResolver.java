package dev.argyle.server.dial;

import io.netty.util.concurrent.EventExecutor;
import java.net.InetAddress;
import java.util.List;

/** The addresses of names, without ever blocking a loop. Shared by all loops. */
public interface NameResolver {

  /**
   * Looks up both families at once.
   *
   * @param loop where the listener is called; the caller is on it
   * @param host as {@link HostName.Host} has it; absolute: search domains are not applied
   * @param listener is called once for each family, also at once, from inside this method
   */
  Lookup resolve(EventExecutor loop, String host, Listener listener);

  /** A question under way. */
  interface Lookup {

    /** On the loop: the listener is not called any more. What was asked still fills the cache. */
    void cancel();
  }

  /** Who wants to know. */
  interface Listener {

    void answered(Family family, Answer answer);
  }

  /** What is known of a name's addresses of one family. */
  sealed interface Answer {}

  /**
   * @param addresses at least one, in the name server's order
   */
  record Addresses(List<InetAddress> addresses) implements Answer {

    public Addresses {
      addresses = List.copyOf(addresses);
      if (addresses.isEmpty()) {
        throw new IllegalArgumentException("no addresses: use NoAddresses");
      }
    }
  }

  /**
   * The name has none of this family, or does not exist at all. The two are not told apart, for
   * there are servers that deny a name when asked for the family it lacks (RFC 4074, section 4.2).
   */
  record NoAddresses() implements Answer {}

  /** It is not known: no server answered, or with an error only. */
  record Failed(DialFailure why) implements Answer {}
}
