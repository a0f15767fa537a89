package dev.argyle.server.dial;

import dev.argyle.server.admission.Asker;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetAddress;
import java.util.List;

/** Looks names up without blocking a loop. Shared by all loops. */
public interface NameResolver {

  /**
   * Looks up both families at once. Who asks for much waits; who asks for far too much fails with
   * {@link DialFailure#NO_RESOURCES}.
   *
   * @param loop where the listener is called; the caller is on it
   * @param asker whose share of the questions to name servers is used
   * @param host as {@link HostName.Name} has it; absolute: search domains are not applied
   * @param listener is called once for each family, also at once, from inside this method; must not
   *     throw
   */
  Lookup resolve(EventExecutor loop, Asker asker, String host, Listener listener);

  /** A lookup in progress. */
  interface Lookup {

    /** On the loop: the listener is not called any more. What nobody else waits for ends. */
    void cancel();
  }

  /** Who is told of the answers. */
  interface Listener {

    void answered(Family family, Answer answer);
  }

  /** The answer for one family. */
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
   * The name has no addresses of this family, or does not exist. The two are not told apart: some
   * servers answer NXDOMAIN for a name that only lacks this family (RFC 4074, section 4.2).
   */
  record NoAddresses() implements Answer {}

  /** No server answered, or only with errors. */
  record Failed(Failure why) implements Answer {}
}
