package dev.argyle.server.rule;

import dev.argyle.server.config.Countries;
import dev.argyle.server.config.NameList;
import dev.argyle.server.list.CountryFiles;
import dev.argyle.server.list.ListFault;
import dev.argyle.server.list.Lists;
import dev.argyle.server.list.NamedList;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Lists from texts: of networks if their name begins with {@code net}, else of domains. */
final class ListFiles {

  private ListFiles() {}

  static Map<String, NamedList> lists(Map<String, String> texts) {
    Map<String, NameList> settings = new HashMap<>();
    try {
      for (var text : texts.entrySet()) {
        Path file = Files.createTempFile("list", ".txt");
        file.toFile().deleteOnExit();
        Files.writeString(file, text.getValue());
        settings.put(text.getKey(), settings(text.getKey(), file));
      }
      return Lists.load(settings).all();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (ListFault wrong) {
      throw new AssertionError(wrong);
    }
  }

  /** A database of countries, as {@link CountryFiles} writes it. */
  static Map<String, NamedList> countries(String... countries) {
    try {
      Path file = Files.createTempFile("country", ".mmdb");
      file.toFile().deleteOnExit();
      return Lists.load(countries(CountryFiles.write(file, countries))).all();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (ListFault wrong) {
      throw new AssertionError(wrong);
    }
  }

  static Map<String, NameList> countries(Path file) {
    NameList settings =
        new NameList(file.toString(), NameList.Format.COUNTRIES, NameList.Refresh.ON_RELOAD);
    return Map.of(Countries.NAME, settings);
  }

  static NameList settings(String name, Path file) {
    return new NameList(
        file.toString(),
        name.startsWith("net") ? NameList.Format.NETWORKS : NameList.Format.DOMAINS,
        NameList.Refresh.ON_RELOAD);
  }
}
