package dev.argyle.server.account;

import dev.argyle.server.config.DefaultPlaces;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The data directory if the command line names none. It need not exist.
 *
 * @param path as it is to be shown
 * @param words for the operator, if it is another one than might be expected; null: it is not
 */
public record DataPlace(Path path, @Nullable String words) {

  /**
   * That of a service; else {@code ./data} if a server has used it, which was the default once;
   * else, for root, the packaged service's, so that its administrator need not name it, or {@code
   * ./data}; and for others their own, below their home.
   */
  public static DataPlace byDefault(DefaultPlaces places) {
    Path service = places.stateOfService();
    if (service != null) {
      return new DataPlace(service, null);
    }
    Path here = places.dataHere();
    Path usual = usual(places);
    if (usual.equals(here)) {
      return new DataPlace(here, null);
    }
    return isUsed(here) ? new DataPlace(here, asBefore(usual)) : new DataPlace(usual, null);
  }

  private static Path usual(DefaultPlaces places) {
    if (places.isRoot()) {
      return isUsed(places.stateOfSystem()) ? places.stateOfSystem() : places.dataHere();
    }
    Path ofUser = places.stateOfUser();
    return ofUser == null ? places.dataHere() : ofUser;
  }

  private static String asBefore(Path usual) {
    return "./data is used, as a server has used it before; the default is "
        + usual
        + ": move ./data there, or name it with --data"
        + (isUsed(usual) ? " (there is data in both)" : "");
  }

  /** Whether a server has run on it; of another user's directory nobody knows. */
  private static boolean isUsed(Path directory) {
    return Files.exists(directory.resolve(AccountBook.FILE));
  }
}
