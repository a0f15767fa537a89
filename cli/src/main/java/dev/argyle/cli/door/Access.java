package dev.argyle.cli.door;

import dev.argyle.client.manage.BottlerClient;
import dev.argyle.client.manage.FeedClient;
import dev.argyle.client.manage.ManagementException;
import dev.argyle.client.manage.ManagementException.Reason;
import dev.argyle.client.manage.MassClient;
import dev.argyle.wire.Password;
import dev.argyle.wire.UserName;
import dev.argyle.wire.bottler.BottlerToken;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Where a server is and who we are to it; opens its doors. */
public abstract sealed class Access permits DataAccess, AddressAccess {

  /** An administrator, for MASS and FEED. */
  public record Administrator(UserName name, Password password) {

    /** Tells who it is when that is wanted: it may have to ask for the password. */
    @FunctionalInterface
    public interface Source {
      Administrator get() throws DoorProblem;
    }
  }

  private final ByteOrder massCounters;

  Access(ByteOrder massCounters) {
    this.massCounters = massCounters;
  }

  /** Whether there is anything to try by this protocol. */
  abstract boolean offers(Protocol protocol);

  /** Why there is not, and what to do. */
  abstract String missing(Protocol protocol);

  /** Why none of several can be tried. */
  abstract String noneOf(List<Protocol> protocols);

  /** Whether it is tried rather than known what listens, so that another one may do. */
  abstract boolean isGuess();

  /** Opens it. */
  abstract Door open(Protocol protocol) throws ManagementException, DoorProblem;

  /** What failed and what to do about it, for people. */
  public abstract String explained(ManagementException failure);

  /**
   * Opens a door that has this operation.
   *
   * @param via by this protocol; null: by the first that has it and listens
   */
  public Door open(Operation operation, @Nullable Protocol via)
      throws ManagementException, DoorProblem {
    if (via != null) {
      if (!offers(via)) {
        throw new DoorProblem(missing(via));
      }
      return open(via);
    }
    List<Protocol> having = Protocol.having(operation);
    List<Protocol> tried = having.stream().filter(this::offers).toList();
    if (tried.isEmpty()) {
      throw new DoorProblem(
          operation.words() + ": " + Protocol.whoHas(operation) + ", " + noneOf(having));
    }
    return firstOf(tried);
  }

  private Door firstOf(List<Protocol> tried) throws ManagementException, DoorProblem {
    ManagementException first = null;
    for (Protocol protocol : tried) {
      try {
        return open(protocol);
      } catch (ManagementException failed) {
        first = first == null ? failed : first;
        boolean absent =
            failed.reason() instanceof Reason.NoSctp
                || (isGuess() && failed.reason() instanceof Reason.Unreachable);
        if (!absent) {
          throw failed;
        }
      }
    }
    if (first == null) {
      throw new IllegalArgumentException("nothing to try");
    }
    throw first;
  }

  /** The HTTP API, for whoever needs no other protocol. */
  public abstract HttpApi http() throws ManagementException, DoorProblem;

  // What both kinds make of an address

  final Door feed(InetSocketAddress address, boolean tcp, Administrator administrator)
      throws ManagementException {
    FeedClient.Builder builder =
        FeedClient.at(address).login(administrator.name(), administrator.password());
    return new FeedDoor((tcp ? builder.overTcp() : builder).connect());
  }

  final Door mass(InetSocketAddress address, Administrator administrator) {
    return new MassDoor(
        MassClient.at(address)
            .login(administrator.name(), administrator.password())
            .counters(massCounters)
            .build());
  }

  static Door bottler(InetSocketAddress address, BottlerToken token) {
    return new BottlerDoor(BottlerClient.at(address, token).build());
  }

  static String words(List<Protocol> protocols) {
    return protocols.stream().map(Protocol::word).collect(Collectors.joining(" and "));
  }
}
