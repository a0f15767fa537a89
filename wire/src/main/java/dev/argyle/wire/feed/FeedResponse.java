package dev.argyle.wire.feed;

import dev.argyle.wire.Decoded;
import dev.argyle.wire.Fields;
import dev.argyle.wire.UserName;
import dev.argyle.wire.Writable;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The server's answer to a {@link FeedRequest} (FEED, section 3). It says what it answers.
 *
 * <pre>
 *   D0 | 00 | 04 | N (4) | N times ULEN UNAME      Users
 *   D0 | 01 to 09 | RLEN 4 or 8 | VALUE (RLEN)     Value
 *   D0 | 0A | 04 | VALUE (4)                       UserConnections
 *   D0 | 0B, 0C | 02 | N (2) | N records           Connections
 *   D0 | F0 | 01 | CODE                            QueryFailed
 *   BE | METHOD | CODE                             Changed
 *   FF | FF,  D0 | FF,  BE | FF                    Unrecognised
 * </pre>
 */
public sealed interface FeedResponse extends Writable {

  /** How many records a response has at most. */
  int MAX_RECORDS = 512;

  /** How many users a client believes a response to have; more is malformed. */
  int MAX_USERS = 1_000_000;

  /**
   * The users.
   *
   * @param names at most {@value #MAX_USERS}, sorted
   */
  record Users(List<UserName> names) implements FeedResponse {
    public Users {
      names = List.copyOf(names);
      if (names.size() > MAX_USERS) {
        throw new IllegalArgumentException("a response names 1,000,000 users at most");
      }
    }
  }

  /**
   * A number.
   *
   * @param value of 8 octets, unsigned; of 4, 0 to 4294967295, which also stands for all above
   */
  record Value(FeedFigure figure, long value) implements FeedResponse {
    public Value {
      value = figure.size() == 8 ? value : Fields.saturated("a figure", value, figure.size());
    }
  }

  /**
   * How many connections a user has open.
   *
   * @param count 0 to 4294967295, which also stands for all above
   */
  record UserConnections(long count) implements FeedResponse {
    public UserConnections {
      count = Fields.saturated("a figure", count, 4);
    }
  }

  /**
   * Connections.
   *
   * @param ended whether they have ended and come from the journal
   * @param records at most {@value #MAX_RECORDS}, in ascending order of their ID
   */
  record Connections(boolean ended, List<FeedRecord> records) implements FeedResponse {
    public Connections {
      records = List.copyOf(records);
      if (records.size() > MAX_RECORDS) {
        throw new IllegalArgumentException(
            "a response has 512 records at most, not " + records.size());
      }
    }
  }

  /** Why a query has no answer. */
  record QueryFailed(FeedCode code) implements FeedResponse {
    public QueryFailed {
      if (code == FeedCode.DONE) {
        throw new IllegalArgumentException("done is no failure");
      }
    }
  }

  /** What became of a modification. */
  record Changed(FeedChange change, FeedCode code) implements FeedResponse {}

  /** The request was not understood, and where it ends is not known. */
  enum Unrecognised implements FeedResponse {
    /** FF FF. */
    ACTION(FeedMethods.INVALID),
    /** D0 FF. */
    QUERY(FeedMethods.QUERY),
    /** BE FF. */
    MODIFICATION(FeedMethods.MODIFICATION);

    private final int action;

    Unrecognised(int action) {
      this.action = action;
    }

    int action() {
      return action;
    }
  }

  /**
   * Reads a response, for a client. On Message the position is behind it, otherwise it has not
   * moved.
   *
   * @param in octets from the start of the response; not kept
   */
  static Decoded<FeedResponse, Void> read(ByteBuffer in) {
    return FeedResponses.read(in);
  }

  @Override
  default int length() {
    return FeedResponses.length(this);
  }

  @Override
  default void write(ByteBuffer out) {
    FeedResponses.write(this, out);
  }
}
