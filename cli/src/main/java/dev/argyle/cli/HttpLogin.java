package dev.argyle.cli;

import dev.argyle.cli.door.Access;
import dev.argyle.cli.door.Access.Administrator;
import dev.argyle.cli.door.AddressAccess;
import dev.argyle.cli.door.DataAccess;
import dev.argyle.cli.door.DoorProblem;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Where a server's HTTP API is found, and as whom. Asks for a password once at most. */
final class HttpLogin {

  @Option(
      names = "--server",
      paramLabel = "[https://]HOST:PORT",
      description = "A server on another host: where it listens for HTTP.")
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
      description = "The administrator's or viewer's name; admin unless given.")
  private @Nullable String user;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description =
          "A file of one line, the password. Unless given: with --server or --user a prompt asks"
              + " for it, otherwise it is that of admin.secret.")
  private @Nullable Path passwordFile;

  private Administrator.@Nullable Source known;

  /**
   * The way to the server, which may have been started again since the last time.
   *
   * @param data what {@code --data} says; null: it was not given
   */
  Access access(CommandSpec command, @Nullable Path data) throws DoorProblem {
    try {
      if (server != null && data != null) {
        throw new PasswordInput.Unusable("--data, --server: give only one of them");
      }
      ServerName.check(server, authorities);
      if (known == null && (server != null || user != null || passwordFile != null)) {
        known = CtlLogin.source(user, passwordFile);
      }
      return server != null
          ? new AddressAccess(
              ServerName.address(server),
              ServerName.trust(server, authorities),
              false,
              known,
              null,
              ByteOrder.BIG_ENDIAN)
          : DataAccess.of(Defaults.data(data), known, ByteOrder.BIG_ENDIAN);
    } catch (PasswordInput.Unusable unusable) {
      throw CtlCommand.wrong(command, unusable.getMessage());
    }
  }
}
