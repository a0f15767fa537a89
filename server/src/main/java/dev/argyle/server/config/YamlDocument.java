package dev.argyle.server.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.parser.Parser;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/** Reads a file into YAML nodes. What cannot be read is a problem. */
final class YamlDocument {

  /**
   * The longest file. It is read while the server runs, in the same heap (512 MiB), in which a file
   * takes several times its size.
   */
  static final int MAX_OCTETS = 8 << 20;

  /**
   * Keys, values, lists and maps of the longest file, each of which takes some 300 octets of the
   * heap: 40,000 rules of twelve. A file may have one of them in two octets, so its length alone is
   * no bound.
   */
  static final int MAX_NODES = 500_000;

  private YamlDocument() {}

  /** The file's text; null, with a problem recorded, if it cannot be read. */
  static @Nullable String text(Path file, Problems problems) {
    byte[] octets;
    try (InputStream in = Files.newInputStream(file)) {
      octets = in.readNBytes(MAX_OCTETS + 1);
    } catch (IOException failure) {
      problems.add(ConfigProblem.ofFile(problems.file(), reason(failure)));
      return null;
    }
    if (octets.length > MAX_OCTETS) {
      String message = "is larger than " + Quantities.octetsText(MAX_OCTETS);
      problems.add(ConfigProblem.ofFile(problems.file(), message));
      return null;
    }
    return decode(octets, problems);
  }

  private static String reason(IOException failure) {
    return switch (failure) {
      case NoSuchFileException none -> "there is no such file";
      default -> "cannot be read: " + FileFailure.words(failure);
    };
  }

  private static @Nullable String decode(byte[] octets, Problems problems) {
    ByteBuffer in = ByteBuffer.wrap(octets);
    CharBuffer out =
        CharBuffer.allocate(octets.length); // UTF-8 never takes fewer octets than chars
    CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(in, out, true);
    out.flip();
    if (result.isError()) {
      addBehind(out.toString(), "is not UTF-8 from here on", problems);
      return null;
    }
    return out.length() > 0 && out.charAt(0) == '\ufeff'
        ? out.subSequence(1, out.length()).toString()
        : out.toString();
  }

  /** The only document of {@code text}; empty if it holds none or, with a problem, is not YAML. */
  static Optional<Node> compose(String text, Problems problems) {
    try {
      LoadSettings settings =
          LoadSettings.builder()
              .setLabel(problems.file())
              .setCodePointLimit(MAX_OCTETS)
              .setAllowNonScalarKeys(true) // Section refuses them, with their place
              .build();
      Parser parser = new ParserImpl(settings, new StreamReader(settings, text));
      return new Composer(settings, new Bounded(parser)).getSingleNode();
    } catch (TooManyNodes tooMany) {
      String message = String.format(Locale.ROOT, "has more than %,d keys and values", MAX_NODES);
      problems.add(ConfigProblem.ofFile(problems.file(), message));
    } catch (MarkedYamlEngineException notYaml) {
      String context = notYaml.getContext();
      String message = (context == null ? "" : context + ", ") + notYaml.getProblem();
      problems.add(notYaml.getProblemMark(), "", message);
    } catch (ReaderException unprintable) {
      addBehind(
          text.substring(0, text.offsetByCodePoints(0, unprintable.getPosition())),
          "the character U+%04X may not stand here".formatted(unprintable.getCodePoint()),
          problems);
    } catch (YamlEngineException notYaml) {
      problems.add(ConfigProblem.ofFile(problems.file(), String.valueOf(notYaml.getMessage())));
    } catch (StackOverflowError tooDeep) { // the composer recurses without a bound
      problems.add(ConfigProblem.ofFile(problems.file(), "is nested too deeply"));
    }
    return Optional.empty();
  }

  private static final class TooManyNodes extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** A parser that gives up behind {@link #MAX_NODES}, before they fill the heap. */
  private static final class Bounded implements Parser {

    private final Parser parser;
    private int nodes;

    Bounded(Parser parser) {
      this.parser = parser;
    }

    @Override
    public boolean checkEvent(Event.ID kind) {
      return parser.checkEvent(kind);
    }

    @Override
    public Event peekEvent() {
      return parser.peekEvent();
    }

    @Override
    public Event next() {
      Event event = parser.next();
      if (event instanceof NodeEvent && ++nodes > MAX_NODES) {
        throw new TooManyNodes();
      }
      return event;
    }

    @Override
    public boolean hasNext() {
      return parser.hasNext();
    }
  }

  private static void addBehind(String before, String message, Problems problems) {
    int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
    int column = before.length() - before.lastIndexOf('\n');
    problems.add(new ConfigProblem(problems.file(), line, column, "", message));
  }
}
