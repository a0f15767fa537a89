package dev.argyle.cli;

import dev.argyle.cli.door.Access;
import dev.argyle.cli.door.Access.Administrator;
import dev.argyle.cli.door.AddressAccess;
import dev.argyle.cli.door.DataAccess;
import dev.argyle.cli.door.DoorProblem;
import dev.argyle.server.config.FileFailure;
import dev.argyle.wire.Password;
import dev.argyle.wire.UserName;
import dev.argyle.wire.bottler.BottlerToken;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Where {@code argyle ctl} finds a server that is not named by its data directory, and as whom. */
final class CtlLogin {

  private static final String DEFAULT_USER = "admin";
  private static final int MAX_TOKEN_FILE_OCTETS = 64;

  @Option(
      names = "--server",
      paramLabel = "[https://]HOST:PORT",
      description = "A server on another host: where it listens for PROTOCOL.")
  private @Nullable String server;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description =
          "https, with --server: certificates in PEM that are trusted, the authority's or the"
              + " server's own. Unless given: the authorities that Java knows.")
  private @Nullable Path authorities;

  @Option(
      names = "--user",
      paramLabel = "NAME",
      description = "http, mass, feed: the administrator's name; admin unless given.")
  private @Nullable String user;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description =
          "http, mass, feed: a file of one line, the password. Unless given: with --server or"
              + " --user a prompt asks for it, otherwise it is that of admin.secret.")
  private @Nullable Path passwordFile;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "bottler, with --server: a file with the token, 16 hexadecimal digits.")
  private @Nullable Path tokenFile;

  @Option(names = "--feed-tcp", description = "feed, with --server: uses TCP, not SCTP.")
  private boolean feedTcp;

  @Option(
      names = "--little-endian",
      description = "mass: for servers with management.mass.counters: little-endian.")
  private boolean littleEndian;

  /**
   * The way to the server.
   *
   * @param data what {@code --data} says; null: it was not given
   */
  Access access(CommandSpec command, @Nullable Path data) throws DoorProblem {
    try {
      check(data != null);
      String text = server;
      return text != null
          ? new AddressAccess(
              ServerName.address(text),
              ServerName.trust(text, authorities),
              feedTcp,
              source(),
              token(),
              massCounters())
          : DataAccess.of(Defaults.data(data), sourceIfGiven(), massCounters());
    } catch (PasswordInput.Unusable unusable) {
      throw CtlCommand.wrong(command, unusable.getMessage());
    }
  }

  /** Whether the options go together. */
  void check(boolean dataIsGiven) throws PasswordInput.Unusable {
    if (server != null && dataIsGiven) {
      throw new PasswordInput.Unusable("--data, --server: give only one of them");
    }
    ServerName.check(server, authorities);
    if (server == null && tokenFile != null) {
      throw new PasswordInput.Unusable(
          "--token-file: only valid with --server; with --data the token is in admin.secret");
    }
    if (server == null && feedTcp) {
      throw new PasswordInput.Unusable(
          "--feed-tcp: only valid with --server; with --data, endpoints.json has it");
    }
  }

  ByteOrder massCounters() {
    return littleEndian ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
  }

  /** Null: neither option was given, so somebody else knows. */
  Administrator.@Nullable Source sourceIfGiven() throws PasswordInput.Unusable {
    return user == null && passwordFile == null ? null : source();
  }

  /** With a token and without a name, only Bottler is meant, and nobody is asked for a password. */
  Administrator.@Nullable Source source() throws PasswordInput.Unusable {
    if (server != null && tokenFile != null && user == null && passwordFile == null) {
      return null;
    }
    return source(user, passwordFile);
  }

  /** Whoever these options name; a password that was not given is asked for once, when wanted. */
  static Administrator.Source source(@Nullable String user, @Nullable Path file)
      throws PasswordInput.Unusable {
    UserName name = name(user == null ? DEFAULT_USER : user);
    if (file != null) {
      Administrator login =
          new Administrator(name, password(PasswordInput.read(file, "--password-file")));
      return () -> login;
    }
    return new Asking(name);
  }

  /** Asks once, and only if a door wants to know. */
  private static final class Asking implements Administrator.Source {
    private final UserName name;
    private @Nullable Administrator known;

    Asking(UserName name) {
      this.name = name;
    }

    @Override
    public Administrator get() throws DoorProblem {
      if (known == null) {
        try {
          known =
              new Administrator(
                  name, password(PasswordInput.askFor(name, "give it with --password-file")));
        } catch (PasswordInput.Unusable unusable) {
          throw new DoorProblem(String.valueOf(unusable.getMessage()));
        }
      }
      return known;
    }
  }

  @Nullable BottlerToken token() throws PasswordInput.Unusable {
    if (tokenFile == null) {
      return null;
    }
    try (var in = Files.newInputStream(tokenFile)) {
      byte[] octets = in.readNBytes(MAX_TOKEN_FILE_OCTETS);
      return BottlerToken.ofHex(new String(octets, StandardCharsets.US_ASCII).strip());
    } catch (IllegalArgumentException wrong) {
      throw new PasswordInput.Unusable("--token-file: " + tokenFile + ": " + wrong.getMessage());
    } catch (IOException unreadable) {
      throw new PasswordInput.Unusable(
          "--token-file: "
              + tokenFile
              + ": cannot be read: "
              + FileFailure.advised(unreadable, "name a file that you may read"));
    }
  }

  private static UserName name(String text) throws PasswordInput.Unusable {
    try {
      return UserName.of(text).requireAscii();
    } catch (IllegalArgumentException wrong) {
      throw new PasswordInput.Unusable("--user: " + wrong.getMessage());
    }
  }

  /** A password that a management protocol can carry. */
  static Password password(byte[] octets) throws PasswordInput.Unusable {
    try {
      return new Password(octets);
    } catch (IllegalArgumentException wrong) {
      throw new PasswordInput.Unusable(
          wrong.getMessage() + ": the management protocols allow no other; use argyle users");
    }
  }
}
