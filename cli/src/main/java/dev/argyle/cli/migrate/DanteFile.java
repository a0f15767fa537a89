package dev.argyle.cli.migrate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The syntax of danted.conf(5): settings {@code keyword: values}, and blocks {@code client pass {
 * keyword: values ... }}, in which a setting goes on until the next keyword. What follows a {@code
 * #} is a comment.
 */
final class DanteFile {

  /** A keyword and its values; operators, such as {@code =}, are values of their own. */
  record Setting(Statement place, String keyword, List<String> values) {
    Setting {
      values = List.copyOf(values);
    }
  }

  /**
   * A block.
   *
   * @param kind the words before its brace, such as {@code client pass}
   */
  record Block(Statement place, String kind, List<Setting> settings) {
    Block {
      settings = List.copyOf(settings);
    }
  }

  /** Either, or what is neither. */
  sealed interface Item {
    record OfSetting(Setting setting) implements Item {}

    record OfBlock(Block block) implements Item {}

    record Unreadable(Statement place) implements Item {}

    /** A brace that has no other, or no words before it; behind it nothing is read. */
    record Broken(Statement place, String why) implements Item {}
  }

  private record Token(int line, String text) {
    boolean isKeyword() {
      return KEYWORD.matcher(text).matches();
    }
  }

  private static final Pattern KEYWORD = Pattern.compile("[a-z][a-z0-9._-]*:");

  private static final Set<String> VERDICTS = Set.of("pass", "block");
  private static final Set<String> RULES = Set.of("client", "socks", "hostid");

  /** A keyword has a letter that no group of an IPv6 address has. */
  private static final Pattern TOKEN =
      Pattern.compile(
          "(?=[a-z0-9._-]*[g-z._-])[a-z][a-z0-9._-]*[ \\t]*:(?!:)|\"[^\"]*\"|[{}]|[!<>]?=|[<>]"
              + "|[^\\s{}=<>!]+|\\S",
          Pattern.CASE_INSENSITIVE);

  /** Within a word, a {@code #} is none: whoever reads less than dante would change its meaning. */
  private static final String COMMENT = "(?<![^\\s{}])#.*";

  private final List<Token> tokens = new ArrayList<>();
  private int at;

  private DanteFile(List<String> lines) {
    for (int i = 0; i < lines.size(); i++) {
      Matcher token = TOKEN.matcher(lines.get(i).replaceFirst(COMMENT, ""));
      while (token.find()) {
        String text = token.group().replace("\"", "");
        String keyword = text.replaceFirst("[ \\t]+:$", ":").toLowerCase(Locale.ROOT);
        add(new Token(i + 1, KEYWORD.matcher(keyword).matches() ? keyword : text));
      }
    }
  }

  /** {@code redirect to:} is one keyword of two words. */
  private void add(Token token) {
    boolean second = !tokens.isEmpty() && tokens.getLast().text().equals("redirect");
    if (second && token.isKeyword()) {
      Token first = tokens.removeLast();
      tokens.add(new Token(first.line(), "redirect." + token.text()));
    } else {
      tokens.add(token);
    }
  }

  static List<Item> read(List<String> lines) {
    DanteFile file = new DanteFile(lines);
    List<Item> items = new ArrayList<>();
    while (file.at < file.tokens.size()) {
      items.add(file.item());
    }
    return items;
  }

  private Item item() {
    Token first = tokens.get(at);
    if (first.isKeyword()) {
      at++;
      return new Item.OfSetting(setting(first, false));
    }
    if (first.text().equals("{")) {
      at = tokens.size();
      return new Item.Broken(new Statement(first.line(), "{"), "no rule begins before this brace");
    }
    int brace = at;
    while (brace < tokens.size() && isWord(tokens.get(brace))) {
      brace++;
    }
    boolean opens = brace < tokens.size() && tokens.get(brace).text().equals("{");
    int kind = opens ? kind(brace) : tokens.size();
    if (kind == at) {
      return block(first, brace);
    }
    StringBuilder text = new StringBuilder();
    while (at < kind && at < tokens.size() && tokens.get(at).line() == first.line()) {
      text.append(text.isEmpty() ? "" : " ").append(tokens.get(at++).text());
    }
    return new Item.Unreadable(new Statement(first.line(), text.toString()));
  }

  private static boolean isWord(Token token) {
    return !token.isKeyword() && !isBrace(token);
  }

  private static boolean isBrace(Token token) {
    return token.text().equals("{") || token.text().equals("}");
  }

  /** Where the words begin that say what the block of this brace is: all of their line. */
  private int kind(int brace) {
    int kind =
        VERDICTS.contains(word(brace - 1)) && RULES.contains(word(brace - 2))
            ? brace - 2
            : brace - 1;
    while (kind > at && tokens.get(kind - 1).line() == tokens.get(kind).line()) {
      kind--;
    }
    return kind;
  }

  /** Of what is read next; empty: it is behind that. */
  private String word(int index) {
    return index < at ? "" : tokens.get(index).text().toLowerCase(Locale.ROOT);
  }

  private Item block(Token first, int brace) {
    StringBuilder kind = new StringBuilder();
    for (Token token : tokens.subList(at, brace)) {
      kind.append(kind.isEmpty() ? "" : " ").append(token.text());
    }
    int begin = at;
    at = brace + 1;
    List<Setting> settings = new ArrayList<>();
    while (at < tokens.size() && !isBrace(tokens.get(at))) {
      settings.add(setting(tokens.get(at++), true));
    }
    if (at == tokens.size() || tokens.get(at).text().equals("{")) {
      at = tokens.size();
      return new Item.Broken(
          new Statement(first.line(), kind.toString()), "the block that begins here is not closed");
    }
    at++;
    StringBuilder text = new StringBuilder();
    for (Token token : tokens.subList(begin, at)) {
      text.append(text.isEmpty() ? "" : " ").append(token.text());
    }
    Statement place = new Statement(first.line(), text.toString());
    return new Item.OfBlock(new Block(place, kind.toString(), settings));
  }

  /**
   * The values of a keyword.
   *
   * @param within a block, where lines do not count
   */
  private Setting setting(Token keyword, boolean within) {
    List<String> values = new ArrayList<>();
    while (at < tokens.size()) {
      Token next = tokens.get(at);
      if (next.isKeyword() || isBrace(next) || (!within && next.line() != keyword.line())) {
        break;
      }
      values.add(next.text());
      at++;
    }
    String name = keyword.text().replaceFirst(":$", "");
    String text = (keyword.text() + " " + String.join(" ", values)).strip();
    return new Setting(new Statement(keyword.line(), text), name, values);
  }
}
