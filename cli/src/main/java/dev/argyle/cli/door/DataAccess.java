package dev.argyle.cli.door;

import dev.argyle.client.manage.ManagementException;
import dev.argyle.client.manage.ManagementException.Reason;
import dev.argyle.server.account.AdminSecret;
import dev.argyle.server.account.DataDirectory;
import dev.argyle.server.account.DataProblem;
import dev.argyle.server.config.FileFailure;
import dev.argyle.wire.Password;
import dev.argyle.wire.UserName;
import dev.argyle.wire.bottler.BottlerToken;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The server on a data directory of this machine: where it listens is in {@code endpoints.json},
 * who we are in {@code admin.secret}.
 */
public final class DataAccess extends Access {

  private final Path data;
  private final Endpoints endpoints;
  private final Administrator.@Nullable Source administrator;

  private DataAccess(
      Path data,
      Endpoints endpoints,
      Administrator.@Nullable Source administrator,
      ByteOrder massCounters) {
    super(massCounters);
    this.data = data;
    this.endpoints = endpoints;
    this.administrator = administrator;
  }

  /**
   * Looks where the server listens.
   *
   * @param administrator instead of the one in {@code admin.secret}; null: that one
   */
  public static DataAccess of(
      Path data, Administrator.@Nullable Source administrator, ByteOrder massCounters)
      throws DoorProblem {
    try {
      DataDirectory.check(data);
    } catch (DataProblem problem) {
      throw new DoorProblem(String.valueOf(problem.getMessage()));
    }
    return new DataAccess(data, Endpoints.read(data), administrator, massCounters);
  }

  @Override
  boolean offers(Protocol protocol) {
    return switch (protocol) {
      case HTTP -> endpoints.door("http") != null;
      case FEED -> endpoints.door("feed") != null || endpoints.door("feedTcp") != null;
      case MASS -> endpoints.door("mass") != null;
      case BOTTLER -> endpoints.door("bottler") != null;
    };
  }

  @Override
  String missing(Protocol protocol) {
    List<Protocol> listening = Arrays.stream(Protocol.values()).filter(this::offers).toList();
    return "--via "
        + protocol.word()
        + ": the server does not listen for it; set "
        + keys(protocol)
        + " in its configuration"
        + (listening.isEmpty() ? "" : ", or use " + words(listening));
  }

  @Override
  String noneOf(List<Protocol> protocols) {
    return "and the server does not listen for "
        + (protocols.size() == 1 ? "it" : "any of them")
        + "; set "
        + protocols.stream().map(DataAccess::keys).collect(Collectors.joining(" or "))
        + " in its configuration";
  }

  /** What makes the server listen; FEED over TCP is what every system has. */
  private static String keys(Protocol protocol) {
    return protocol == Protocol.FEED
        ? "management.feed.tcp (or, where there is SCTP, management.feed.listen)"
        : "management." + protocol.word() + ".listen";
  }

  @Override
  boolean isGuess() {
    return false;
  }

  @Override
  Door open(Protocol protocol) throws ManagementException, DoorProblem {
    return switch (protocol) {
      case HTTP -> new HttpDoor(http());
      case FEED -> {
        InetSocketAddress tcp = endpoints.door("feedTcp");
        Administrator who = administrator();
        requireTheServer();
        yield tcp != null ? feed(tcp, true, who) : feed(address("feed"), false, who);
      }
      case MASS -> {
        Administrator who = administrator();
        requireTheServer();
        yield mass(address("mass"), who);
      }
      case BOTTLER -> {
        BottlerToken token = BottlerToken.ofHex(secret().bottlerToken());
        requireTheServer();
        yield bottler(address("bottler"), token);
      }
    };
  }

  @Override
  public HttpApi http() throws DoorProblem {
    if (!offers(Protocol.HTTP)) {
      throw new DoorProblem(missing(Protocol.HTTP));
    }
    Administrator who = administrator();
    requireTheServer();
    Path certificate = endpoints.file().resolveSibling(DataDirectory.HTTP_CERTIFICATE);
    Trust tls = Files.exists(certificate) ? Trust.pinned(certificate) : null;
    return new HttpApi(address("http"), tls, who);
  }

  /**
   * Before the first octet is sent: a server that was killed leaves its endpoints, and whoever
   * listens there by now would get the password. So the lock of the data directory is asked, and
   * that they are still the same endpoints.
   */
  private void requireTheServer() throws DoorProblem {
    try {
      if (!DataDirectory.isHeld(data)) {
        throw new DoorProblem(leftBehind());
      }
    } catch (IOException unknown) {
      throw new DoorProblem(
          data.toAbsolutePath().normalize()
              + ": it cannot be found out whether a server runs here ("
              + FileFailure.words(unknown)
              + "); run this as the user that the server runs as, or give --server");
    }
    if (!Endpoints.read(data).equals(endpoints)) {
      throw new DoorProblem(
          endpoints.file() + ": the server was started again meanwhile; try again");
    }
  }

  private String leftBehind() {
    return endpoints.file()
        + ": was left behind by a server that no longer runs (process "
        + endpoints.pid()
        + "); start it again with argyle serve --data "
        + data;
  }

  private InetSocketAddress address(String door) {
    return Objects.requireNonNull(endpoints.door(door));
  }

  private Administrator administrator() throws DoorProblem {
    if (administrator != null) {
      return administrator.get();
    }
    AdminSecret secret = secret();
    try {
      return new Administrator(
          UserName.of(secret.username()),
          new Password(secret.password().getBytes(StandardCharsets.UTF_8)));
    } catch (IllegalArgumentException unusable) {
      throw new DoorProblem(
          data.resolve(AdminSecret.FILE)
              + ": "
              + unusable.getMessage()
              + "; give --user and --password-file");
    }
  }

  private AdminSecret secret() throws DoorProblem {
    Path file = data.toAbsolutePath().normalize().resolve(AdminSecret.FILE);
    if (Files.exists(file) && !Files.isReadable(file)) {
      throw new DoorProblem(
          file
              + ": permission denied; run this as the user that the server runs as, or give"
              + " --server, --user and --password-file");
    }
    try {
      AdminSecret secret = AdminSecret.read(data);
      if (secret == null) {
        throw new DoorProblem(
            file
                + ": does not exist, so the login is not known; give --user and --password-file, or"
                + " restart the server, which creates a new one");
      }
      return secret;
    } catch (DataProblem problem) {
      throw new DoorProblem(String.valueOf(problem.getMessage()));
    }
  }

  @Override
  public String explained(ManagementException failure) {
    return switch (failure.reason()) {
      case Reason.Unreachable _, Reason.TimedOut _, Reason.ServerGone _ when !endpoints.isAlive() ->
          leftBehind();
      case Reason.LoginRefused _ when administrator == null ->
          failure.getMessage()
              + "; "
              + AdminSecret.FILE
              + " has the password of the first start; if it was changed since, give --user and"
              + " --password-file";
      case Reason _ -> String.valueOf(failure.getMessage());
    };
  }
}
