package dev.argyle.client.manage;

import dev.argyle.wire.bottler.BottlerStatus;
import dev.argyle.wire.feed.FeedCode;
import dev.argyle.wire.mass.MassStatus;

/** Why a server did not do what it was asked for. */
public enum Refusal {
  USER_EXISTS("the user exists already"),
  NO_SUCH_USER("there is no such user"),
  USER_LIMIT_REACHED("the user limit is reached (accounts.max-users)"),
  OUT_OF_RANGE("a value is out of its range, or not ASCII"),
  /** Such as removing the last administrator. */
  NOT_ALLOWED("that is not allowed, such as removing the last administrator"),
  /** Not in this protocol, or not for who asks. */
  NOT_SUPPORTED("the server does not support this, or not for this session"),
  MALFORMED("the server did not understand the request"),
  SERVER_ERROR("the server failed; see its log"),
  /** MASS has one status for all of them. */
  UNTOLD(
      "the server refused, and MASS does not say why: no such user, the user exists already, an"
          + " invalid value, or a failure of the server; see its log");

  private final String words;

  Refusal(String words) {
    this.words = words;
  }

  /** For people. */
  public String words() {
    return words;
  }

  static Refusal of(MassStatus status) {
    return switch (status) {
      case SUCCESS -> throw new IllegalArgumentException("success is no refusal");
      case SERVER_ERROR -> UNTOLD;
      case INDEX_NOT_SUPPORTED -> NOT_SUPPORTED;
      case USER_LIMIT_REACHED -> USER_LIMIT_REACHED;
    };
  }

  static Refusal of(FeedCode code) {
    return switch (code) {
      case DONE -> throw new IllegalArgumentException("done is no refusal");
      case USER_EXISTS -> USER_EXISTS;
      case NO_SUCH_USER -> NO_SUCH_USER;
      case OUT_OF_RANGE -> OUT_OF_RANGE;
      case USER_LIMIT_REACHED -> USER_LIMIT_REACHED;
      case NOT_ALLOWED -> NOT_ALLOWED;
      case SERVER_ERROR -> SERVER_ERROR;
    };
  }

  static Refusal of(BottlerStatus status) {
    return switch (status) {
      case DONE -> throw new IllegalArgumentException("done is no refusal");
      case MALFORMED -> MALFORMED;
      case NO_SUCH_USER -> NO_SUCH_USER;
      case USER_EXISTS -> USER_EXISTS;
      case USER_LIMIT_REACHED -> USER_LIMIT_REACHED;
      case OUT_OF_RANGE -> OUT_OF_RANGE;
      case NOT_ALLOWED -> NOT_ALLOWED;
      case SERVER_ERROR -> SERVER_ERROR;
      case UNKNOWN_COMMAND -> NOT_SUPPORTED;
    };
  }
}
