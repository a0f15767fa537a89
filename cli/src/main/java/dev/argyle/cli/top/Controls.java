package dev.argyle.cli.top;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the user has chosen to see, and what a key does next. A state machine without input or
 * output: keys go in, effects come out. Belongs to one thread.
 */
final class Controls {

  /** What is on the screen. */
  enum View {
    CONNECTIONS,
    USERS,
    DETAILS,
    HELP
  }

  /** What the last line asks for. */
  enum Prompt {
    NONE,
    FILTER,
    KILL
  }

  /** What a key asks for, beside another picture. */
  sealed interface Effect {
    record None() implements Effect {}

    record Quit() implements Effect {}

    /** The screen may be spoilt: all of it is written again. */
    record Redraw() implements Effect {}

    /** To end a connection; the question was answered. */
    record Kill(long id) implements Effect {}
  }

  private static final Effect NONE = new Effect.None();

  private static final int NOBODY = -1;

  private View view = View.CONNECTIONS;
  private Prompt prompt = Prompt.NONE;
  private Column sort = Column.RATE;
  private boolean reversed;
  private Filter filter = Filter.ALL;
  private Filter filterBefore = Filter.ALL;
  private long selected = NOBODY;
  private int page = 10;
  private @Nullable List<Row> frozen;
  private long changesAtPause;
  private String message = "";

  // What is seen

  View view() {
    return view;
  }

  Prompt prompt() {
    return prompt;
  }

  Column sort() {
    return sort;
  }

  /** Whether the greatest is first. */
  boolean isGreatestFirst() {
    return sort.isGreatestFirst() != reversed;
  }

  Filter filter() {
    return filter;
  }

  boolean isPaused() {
    return frozen != null;
  }

  /** Connections that opened, changed or ended since the pause. */
  long changedMeanwhile(Model model) {
    return isPaused() ? model.changes() - changesAtPause : 0;
  }

  /** What became of the last action; empty: nothing is to say. */
  String message() {
    return message;
  }

  void say(String words) {
    message = words;
  }

  /** How far a page goes: the rows that the screen has. */
  void page(int rows) {
    page = Math.max(1, rows);
  }

  /** The rows that are shown, in their order. While it is paused, they are as they were. */
  List<Row> rows(Model model) {
    List<Row> all = frozen == null ? model.rows() : frozen;
    Comparator<Row> order = sort.order();
    return filter.of(all).stream().sorted(isGreatestFirst() ? order.reversed() : order).toList();
  }

  /** Where the selected row is among them; -1: none is. */
  int selectedIndex(List<Row> rows) {
    for (int i = 0; i < rows.size(); i++) {
      if (rows.get(i).id() == selected) {
        return i;
      }
    }
    return -1;
  }

  /** The selected row, as it is now, or as it was if it has ended; null: none is selected. */
  @Nullable Row selected(Model model) {
    Row now = model.row(selected);
    if (now != null || frozen == null) {
      return now;
    }
    return frozen.stream().filter(row -> row.id() == selected).findFirst().orElse(null);
  }

  // Keys

  /** A key was pressed. */
  Effect press(Key key, Model model) {
    if (key.kind() == Key.Kind.INTERRUPT) {
      return new Effect.Quit();
    }
    if (key.kind() == Key.Kind.REDRAW) {
      return new Effect.Redraw();
    }
    return switch (prompt) {
      case FILTER -> typed(key);
      case KILL -> answered(key);
      case NONE -> command(key, model);
    };
  }

  private Effect typed(Key key) {
    switch (key.kind()) {
      case ENTER -> prompt = Prompt.NONE;
      case ESCAPE -> {
        filter = filterBefore;
        prompt = Prompt.NONE;
      }
      case BACKSPACE -> {
        String text = filter.text();
        filter =
            new Filter(
                text.isEmpty()
                    ? ""
                    : text.substring(0, text.offsetByCodePoints(text.length(), -1)));
      }
      case CHARACTER -> {
        if (filter.text().length() < Filter.LONGEST) {
          filter = new Filter(filter.text() + Character.toString(key.character()));
        }
      }
      default -> {
        // no other key means anything here
      }
    }
    return NONE;
  }

  /** Only a y is a yes. */
  private Effect answered(Key key) {
    prompt = Prompt.NONE;
    if (key.is('y') || key.is('Y')) {
      return new Effect.Kill(selected);
    }
    message = "nothing was ended";
    return NONE;
  }

  private Effect command(Key key, Model model) {
    message = "";
    switch (key.kind()) {
      case UP -> move(-1, model);
      case DOWN -> move(1, model);
      case PAGE_UP -> move(-page, model);
      case PAGE_DOWN -> move(page, model);
      case HOME -> select(0, model);
      case END -> select(Integer.MAX_VALUE, model);
      case LEFT -> sortBy(-1);
      case RIGHT -> sortBy(1);
      case TAB -> view = view == View.USERS ? View.CONNECTIONS : View.USERS;
      case ENTER -> details(model);
      case ESCAPE -> back();
      case CHARACTER -> {
        return letter((char) key.character(), model);
      }
      default -> {
        // no other key means anything
      }
    }
    return NONE;
  }

  private Effect letter(char letter, Model model) {
    switch (letter) {
      case 'q' -> {
        return new Effect.Quit();
      }
      case '?', 'h' -> view = view == View.HELP ? View.CONNECTIONS : View.HELP;
      case 'u' -> view = view == View.USERS ? View.CONNECTIONS : View.USERS;
      case 's', '>' -> sortBy(1);
      case '<' -> sortBy(-1);
      case 'r' -> reversed = !reversed;
      case '/' -> {
        filterBefore = filter;
        prompt = Prompt.FILTER;
      }
      case 'p', ' ' -> pause(model);
      case 'k' -> askToKill(model);
      default -> message = "no command is " + Words.cut(String.valueOf(letter), 2) + "; ? explains";
    }
    return NONE;
  }

  private void back() {
    if (view != View.CONNECTIONS) {
      view = View.CONNECTIONS;
    } else if (!filter.isEmpty()) {
      filter = Filter.ALL;
    } else {
      selected = NOBODY;
    }
  }

  private void details(Model model) {
    if (view == View.DETAILS) {
      view = View.CONNECTIONS;
    } else if (selected(model) != null) {
      view = View.DETAILS;
    } else {
      message = "select a connection first, with the arrow keys";
    }
  }

  private void move(int by, Model model) {
    int at = selectedIndex(rows(model));
    select(at < 0 ? (by > 0 ? by - 1 : 0) : at + by, model);
  }

  private void select(int at, Model model) {
    List<Row> rows = rows(model);
    selected = rows.isEmpty() ? NOBODY : rows.get(Math.clamp(at, 0, rows.size() - 1)).id();
  }

  private void sortBy(int step) {
    Column[] all = Column.values();
    sort = all[(sort.ordinal() + step + all.length) % all.length];
    reversed = false;
  }

  private void pause(Model model) {
    frozen = frozen == null ? model.rows() : null;
    changesAtPause = model.changes();
  }

  private void askToKill(Model model) {
    if (selected(model) == null) {
      message = "select a connection first, with the arrow keys";
    } else {
      prompt = Prompt.KILL;
    }
  }
}
