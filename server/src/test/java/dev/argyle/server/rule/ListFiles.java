package dev.argyle.server.rule;

import dev.argyle.server.config.NameList;
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

  static NameList settings(String name, Path file) {
    return new NameList(
        file.toString(),
        name.startsWith("net") ? NameList.Format.NETWORKS : NameList.Format.DOMAINS,
        NameList.Refresh.ON_RELOAD);
  }
}
