package dev.argyle.server.control;

import dev.argyle.server.history.Archive;
import dev.argyle.server.history.History;
import dev.argyle.server.history.HistoryException;
import dev.argyle.server.history.HistoryQuery;
import dev.argyle.server.history.Usage;
import dev.argyle.server.history.UserUsage;
import dev.argyle.wire.UserName;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is kept on disk of the past: ended connections, and what users have used. Safe for any
 * thread; everything may block for the disk. Reads throw {@link SecurityException} if the actor has
 * no right to them, and {@link HistoryException} if the files cannot be read.
 */
public final class HistoryControl {

  /**
   * What became of a wish to delete.
   *
   * @param entries of the history that were deleted
   * @param days of the usage that were deleted
   */
  public record Deletion(Result result, long entries, long days) {}

  private static final Logger LOG = LoggerFactory.getLogger(HistoryControl.class);

  private final Archive archive;
  private final Changes changes;

  HistoryControl(Archive archive, Changes changes) {
    this.archive = archive;
    this.changes = changes;
  }

  /** Whether ended connections are kept on disk. */
  public boolean isKept(Actor actor) {
    ProxyControl.check(actor, Operation.STATUS);
    return archive.history().isKept();
  }

  /**
   * Ended connections, newest first.
   *
   * @param cursor {@link History#NEWEST}, or {@link History.Page#older} of the page before
   * @param limit at most so many, and {@link History#MAX_PAGE}
   */
  public History.Page search(Actor actor, HistoryQuery query, long cursor, int limit) {
    ProxyControl.check(actor, Operation.HISTORY);
    return archive.history().search(query, cursor, limit);
  }

  /**
   * What was used, newest day first.
   *
   * @param user null: everybody's
   * @param from null: from the oldest day
   * @param to null: to today
   * @param limit at most so many, and {@link Usage#MAX_PAGE}
   */
  public Usage.Page usage(
      Actor actor,
      @Nullable UserName user,
      @Nullable LocalDate from,
      @Nullable LocalDate to,
      Usage.Cursor cursor,
      int limit) {
    ProxyControl.check(actor, Operation.USAGE);
    return archive.usage().page(user, from, to, cursor, limit);
  }

  /**
   * What users have used today and this month; absent: nothing.
   *
   * @param names at most {@link Usage#MAX_PAGE}
   */
  public Map<UserName, UserUsage> usageOf(Actor actor, List<UserName> names) {
    ProxyControl.check(actor, Operation.USAGE);
    return archive.usage().of(names);
  }

  /** Deletes what is kept of a user, whether there is an account of that name or not. */
  public Deletion forget(Actor actor, UserName user) {
    Archive.Forgotten[] forgotten = {new Archive.Forgotten(0, 0)};
    Result result =
        changes.change(
            actor,
            Operation.FORGET_USER,
            Changes.words(Operation.FORGET_USER) + " " + Changes.quoted(user.escaped()),
            new Change.Note(user.escaped()),
            () -> {
              try {
                forgotten[0] = archive.forget(user.text());
                return new Result.Done();
              } catch (HistoryException failed) {
                LOG.error("the history cannot be changed: {}", failed.getMessage());
                return new Result.Failed("the history cannot be changed");
              }
            });
    return new Deletion(result, forgotten[0].entries(), forgotten[0].days());
  }
}
