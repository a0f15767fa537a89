package dev.argyle.cli.door;

import dev.argyle.client.manage.ManagementException;
import dev.argyle.client.manage.ManagementException.Reason;
import dev.argyle.wire.bottler.BottlerToken;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A server by its address. Several doors may listen there, for each has a transport of its own:
 * FEED SCTP, Bottler UDP, and either HTTP or MASS TCP. What speaks HTTP there says so without a
 * login.
 */
public final class AddressAccess extends Access {

  private final InetSocketAddress address;
  private final @Nullable Trust tls;
  private final boolean feedOverTcp;
  private final Administrator.@Nullable Source administrator;
  private final @Nullable BottlerToken token;

  /**
   * @param tls whom to believe if HTTPS is meant, and nothing else; null: HTTPS is not meant
   * @param feedOverTcp whether what listens on TCP is FEED instead of MASS
   * @param administrator null: MASS and FEED are out of reach
   * @param token null: Bottler is out of reach
   */
  public AddressAccess(
      InetSocketAddress address,
      @Nullable Trust tls,
      boolean feedOverTcp,
      Administrator.@Nullable Source administrator,
      @Nullable BottlerToken token,
      ByteOrder massCounters) {
    super(massCounters);
    this.address = address;
    this.tls = tls;
    this.feedOverTcp = feedOverTcp;
    this.administrator = administrator;
    this.token = token;
  }

  @Override
  boolean offers(Protocol protocol) {
    return switch (protocol) {
      case HTTP -> administrator != null && !feedOverTcp;
      case FEED -> administrator != null && tls == null;
      case MASS -> administrator != null && !feedOverTcp && tls == null;
      case BOTTLER -> token != null && tls == null;
    };
  }

  @Override
  String missing(Protocol protocol) {
    if (tls != null && protocol != Protocol.HTTP) {
      return "--via " + protocol.word() + ": https:// and --ca say that HTTPS listens there";
    }
    return "--via "
        + protocol.word()
        + ": "
        + switch (protocol) {
          case HTTP ->
              feedOverTcp
                  ? "--feed-tcp says that FEED listens there"
                  : "needs --user and --password-file with --server";
          case FEED -> "needs --user and --password-file with --server";
          case MASS ->
              feedOverTcp
                  ? "--feed-tcp says that FEED listens there"
                  : "needs --user and --password-file with --server";
          case BOTTLER -> "needs --token-file with --server";
        };
  }

  @Override
  String noneOf(List<Protocol> protocols) {
    if (tls != null && !protocols.contains(Protocol.HTTP)) {
      return "and https:// and --ca say that HTTPS listens there";
    }
    boolean bottler = protocols.contains(Protocol.BOTTLER);
    boolean others = protocols.stream().anyMatch(protocol -> protocol != Protocol.BOTTLER);
    return "so --server needs "
        + (others ? "--user and --password-file" : "")
        + (others && bottler ? ", or " : "")
        + (bottler ? "--token-file" : "");
  }

  @Override
  boolean isGuess() {
    return true;
  }

  @Override
  Door open(Protocol protocol) throws ManagementException, DoorProblem {
    Administrator.Source source = administrator;
    if (protocol == Protocol.BOTTLER && token != null) {
      return bottler(address, token);
    }
    if (source != null && protocol == Protocol.HTTP) {
      return new HttpDoor(http());
    }
    if (source != null && protocol == Protocol.FEED) {
      return feed(address, feedOverTcp, source.get());
    }
    if (source != null && protocol == Protocol.MASS) {
      return mass(address, source.get());
    }
    throw new DoorProblem(missing(protocol));
  }

  @Override
  public HttpApi http() throws ManagementException, DoorProblem {
    Administrator.Source source = administrator;
    if (source == null) {
      throw new DoorProblem(missing(Protocol.HTTP));
    }
    HttpApi.requireHttp(address, tls);
    return new HttpApi(address, tls, source.get());
  }

  @Override
  public String explained(ManagementException failure) {
    return switch (failure.reason()) {
      case Reason.Unreachable _, Reason.ProtocolBroken _ when tls == null ->
          failure.getMessage() + "; --via says which protocol listens there";
      case Reason _ -> String.valueOf(failure.getMessage());
    };
  }
}
