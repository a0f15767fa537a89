package dev.argyle.wire.feed;

import dev.argyle.wire.Decoded;
import dev.argyle.wire.Fields;
import dev.argyle.wire.UserName;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The octets of responses, drawn at {@link FeedResponse}. */
final class FeedResponses {

  private FeedResponses() {}

  static Decoded<FeedResponse, Void> read(ByteBuffer in) {
    Fields fields = new Fields(in);
    Integer action = fields.octet();
    if (action == null) {
      return fields.needMore();
    }
    if (action != FeedMethods.QUERY
        && action != FeedMethods.MODIFICATION
        && action != FeedMethods.INVALID) {
      return fields.malformed(null, "ACTION is none of D0, BE, FF");
    }
    Integer method = fields.octet();
    if (method == null) {
      return fields.needMore();
    }
    if (method == FeedMethods.INVALID) {
      return new Decoded.Message<>(unrecognised(action));
    }
    return switch (action) {
      case FeedMethods.QUERY -> queried(fields, method);
      case FeedMethods.MODIFICATION -> changed(fields, method);
      default -> fields.malformed(null, "behind ACTION FF, METHOD is not FF");
    };
  }

  private static FeedResponse unrecognised(int action) {
    return switch (action) {
      case FeedMethods.QUERY -> FeedResponse.Unrecognised.QUERY;
      case FeedMethods.MODIFICATION -> FeedResponse.Unrecognised.MODIFICATION;
      default -> FeedResponse.Unrecognised.ACTION;
    };
  }

  private static Decoded<FeedResponse, Void> changed(Fields fields, int method) {
    FeedChange change = FeedChange.of(method);
    if (change == null) {
      return fields.malformed(null, "no such modification");
    }
    Integer octet = fields.octet();
    if (octet == null) {
      return fields.needMore();
    }
    FeedCode code = FeedCode.of(octet);
    return code == null
        ? fields.malformed(null, "CODE is none of 00 to 06")
        : new Decoded.Message<>(new FeedResponse.Changed(change, code));
  }

  private static Decoded<FeedResponse, Void> queried(Fields fields, int method) {
    FeedFigure figure = FeedFigure.of(method);
    int size =
        switch (method) {
          case FeedMethods.USERS, FeedMethods.USER_CONNECTIONS -> 4;
          case FeedMethods.OPEN_CONNECTIONS, FeedMethods.ENDED_CONNECTIONS -> 2;
          case FeedMethods.QUERY_FAILED -> 1;
          default -> figure == null ? 0 : figure.size();
        };
    if (size == 0) {
      return fields.malformed(null, "no such query");
    }
    Integer announced = fields.octet();
    if (announced != null && announced != size) {
      return fields.malformed(null, "RLEN is not what this query's response has");
    }
    Long value = fields.unsigned(size);
    if (value == null) {
      return fields.needMore();
    }
    if (figure != null) {
      return new Decoded.Message<>(new FeedResponse.Value(figure, value));
    }
    return switch (method) {
      case FeedMethods.USERS -> users(fields, value);
      case FeedMethods.USER_CONNECTIONS ->
          new Decoded.Message<>(new FeedResponse.UserConnections(value));
      case FeedMethods.QUERY_FAILED -> failed(fields, value.intValue());
      default -> connections(fields, method == FeedMethods.ENDED_CONNECTIONS, value);
    };
  }

  private static Decoded<FeedResponse, Void> failed(Fields fields, int octet) {
    FeedCode code = FeedCode.of(octet);
    return code == null || code == FeedCode.DONE
        ? fields.malformed(null, "CODE is none of 01 to 06")
        : new Decoded.Message<>(new FeedResponse.QueryFailed(code));
  }

  private static Decoded<FeedResponse, Void> users(Fields fields, long count) {
    if (count > FeedResponse.MAX_USERS) {
      return fields.malformed(null, "more users than we take");
    }
    List<UserName> names = fields.names(count);
    if (fields.bad()) {
      return fields.malformed(null, "a name is empty");
    }
    return names == null ? fields.needMore() : new Decoded.Message<>(new FeedResponse.Users(names));
  }

  private static Decoded<FeedResponse, Void> connections(Fields fields, boolean ended, long count) {
    if (count > FeedResponse.MAX_RECORDS) {
      return fields.malformed(null, "more than 512 records");
    }
    List<FeedRecord> records = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      @Nullable FeedRecord record = FeedRecord.take(fields);
      if (fields.bad()) {
        return fields.malformed(null, "an address in a record has an unknown type or is empty");
      }
      if (record == null) {
        return fields.needMore();
      }
      records.add(record);
    }
    return new Decoded.Message<>(new FeedResponse.Connections(ended, records));
  }

  static int length(FeedResponse response) {
    return switch (response) {
      case FeedResponse.Users(List<UserName> names) ->
          3 + 4 + names.stream().mapToInt(UserName::fieldLength).sum();
      case FeedResponse.Value(FeedFigure figure, long value) -> 3 + figure.size();
      case FeedResponse.UserConnections connections -> 3 + 4;
      case FeedResponse.Connections(boolean ended, List<FeedRecord> records) ->
          3 + 2 + records.stream().mapToInt(FeedRecord::length).sum();
      case FeedResponse.QueryFailed failed -> 3 + 1;
      case FeedResponse.Changed changed -> 3;
      case FeedResponse.Unrecognised unrecognised -> 2;
    };
  }

  static void write(FeedResponse response, ByteBuffer out) {
    switch (response) {
      case FeedResponse.Users(List<UserName> names) -> {
        queried(out, FeedMethods.USERS, names.size(), 4);
        names.forEach(name -> name.write(out));
      }
      case FeedResponse.Value(FeedFigure figure, long value) ->
          queried(out, figure.method(), value, figure.size());
      case FeedResponse.UserConnections(long count) ->
          queried(out, FeedMethods.USER_CONNECTIONS, count, 4);
      case FeedResponse.Connections(boolean ended, List<FeedRecord> records) -> {
        queried(out, FeedMethods.connections(ended), records.size(), 2);
        records.forEach(record -> record.write(out));
      }
      case FeedResponse.QueryFailed(FeedCode code) ->
          queried(out, FeedMethods.QUERY_FAILED, code.code(), 1);
      case FeedResponse.Changed(FeedChange change, FeedCode code) ->
          out.put((byte) FeedMethods.MODIFICATION)
              .put((byte) change.method())
              .put((byte) code.code());
      case FeedResponse.Unrecognised unrecognised ->
          out.put((byte) unrecognised.action()).put((byte) FeedMethods.INVALID);
    }
  }

  private static void queried(ByteBuffer out, int method, long value, int size) {
    out.put((byte) FeedMethods.QUERY).put((byte) method).put((byte) size);
    Fields.put(out, value, size);
  }
}
