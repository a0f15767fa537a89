package dev.argyle.wire.bottler;

import static dev.argyle.wire.Fields.made;

import dev.argyle.wire.Decoded;
import dev.argyle.wire.Fields;
import dev.argyle.wire.Password;
import dev.argyle.wire.UserName;
import dev.argyle.wire.Writable;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What is asked for, behind the {@link BottlerToken} (Bottler, section 2), 1 to 256 octets.
 *
 * <pre>
 *   00, 01, 03, 05, 0C, 0E, 10, 12           Plain
 *   02 | OCTETS (4)                          SetBufferSize
 *   04 | S (4)                               SetTimeout
 *   06 | PAGE (4)                            ListUsers
 *   07 | LENGTH NAME                         LastConnection
 *   08 | LENGTH OLD | LENGTH NEW             RenameUser
 *   09 | LENGTH NAME | LENGTH PASSWORD       SetPassword
 *   0A | LENGTH NAME | LENGTH PASSWORD       AddUser
 *   0B | LENGTH NAME                         DeleteUser
 *   0D | ON 00, 01                           SetDissector
 *   0F | ON 00, 01                           SetAuthentication
 *   11 | ON 00, 01                           SetRunning
 * </pre>
 */
public sealed interface BottlerRequest extends Writable {

  /** What fits behind CMD. Two long names do not: such a request cannot be made. */
  int MAX_PARAMETER_OCTETS = 255;

  /** The CMD octet. */
  int command();

  /** Without parameters. */
  enum Plain implements BottlerRequest {
    GET_METRICS(0x00),
    GET_BUFFER_SIZE(0x01),
    GET_TIMEOUT(0x03),
    GET_USER_PAGES(0x05),
    GET_DISSECTOR_STATUS(0x0C),
    GET_AUTHENTICATION_STATUS(0x0E),
    GET_SERVER_STATUS(0x10),
    /** Closes every SOCKS connection, reads the configuration again, listens again. */
    RESET(0x12);

    private final int command;

    Plain(int command) {
      this.command = command;
    }

    @Override
    public int command() {
      return command;
    }

    private static @Nullable Plain of(int command) {
      for (Plain plain : values()) {
        if (plain.command == command) {
          return plain;
        }
      }
      return null;
    }
  }

  /**
   * For connections opened from now on.
   *
   * @param size in octets, 0 to 4294967295; the server takes fewer
   */
  record SetBufferSize(long size) implements BottlerRequest {
    public SetBufferSize {
      Fields.fitting("a buffer size", size, 4);
    }

    @Override
    public int command() {
      return 0x02;
    }
  }

  /**
   * Idle time after which a connection is closed; 0: never.
   *
   * @param seconds 0 to 4294967295; the server takes fewer
   */
  record SetTimeout(long seconds) implements BottlerRequest {
    public SetTimeout {
      Fields.fitting("a timeout", seconds, 4);
    }

    @Override
    public int command() {
      return 0x04;
    }
  }

  /**
   * A page of users.
   *
   * @param page 0 to 4294967295; the first is 1, and 0 is out of range
   */
  record ListUsers(long page) implements BottlerRequest {
    public ListUsers {
      Fields.fitting("a page", page, 4);
    }

    @Override
    public int command() {
      return 0x06;
    }
  }

  /** When a user last had a connection. */
  record LastConnection(UserName name) implements BottlerRequest {
    public LastConnection {
      requireToFit(name.requireAscii().fieldLength());
    }

    @Override
    public int command() {
      return 0x07;
    }
  }

  record RenameUser(UserName name, UserName newName) implements BottlerRequest {
    public RenameUser {
      requireToFit(name.requireAscii().fieldLength() + newName.requireAscii().fieldLength());
    }

    @Override
    public int command() {
      return 0x08;
    }
  }

  record SetPassword(UserName name, Password password) implements BottlerRequest {
    public SetPassword {
      requireToFit(name.requireAscii().fieldLength() + password.length());
    }

    @Override
    public int command() {
      return 0x09;
    }
  }

  /** Also done if there is such a user with that password: a retry is safe. */
  record AddUser(UserName name, Password password) implements BottlerRequest {
    public AddUser {
      requireToFit(name.requireAscii().fieldLength() + password.length());
    }

    @Override
    public int command() {
      return 0x0A;
    }
  }

  record DeleteUser(UserName name) implements BottlerRequest {
    public DeleteUser {
      requireToFit(name.requireAscii().fieldLength());
    }

    @Override
    public int command() {
      return 0x0B;
    }
  }

  record SetDissector(boolean on) implements BottlerRequest {
    @Override
    public int command() {
      return 0x0D;
    }
  }

  record SetAuthentication(boolean on) implements BottlerRequest {
    @Override
    public int command() {
      return 0x0F;
    }
  }

  /** Stopping closes the SOCKS listeners and connections; management stays up. */
  record SetRunning(boolean on) implements BottlerRequest {
    @Override
    public int command() {
      return 0x11;
    }
  }

  private static void requireToFit(int octets) {
    if (octets > MAX_PARAMETER_OCTETS) {
      throw new IllegalArgumentException(
          "the parameters of a request have 255 octets at most, not " + octets);
    }
  }

  /**
   * Reads a request. On Message the position is at the datagram's end, otherwise it has not moved.
   *
   * @param in a datagram from CMD on; not kept
   * @return never NeedMore; Malformed with STATUS FE for an unknown CMD, with 01 for parameters cut
   *     short, left over or of more than 255 octets, with 05 for a name or password that has no
   *     octets or is not ASCII and for a switch that is neither 00 nor 01
   */
  static Decoded<BottlerRequest, BottlerResponse> read(ByteBuffer in) {
    int octets = in.remaining();
    Fields fields = new Fields(in);
    Integer command = fields.octet();
    if (command == null) {
      return malformed(fields, BottlerStatus.MALFORMED, "no command");
    }
    if (command > Plain.RESET.command()) {
      return malformed(fields, BottlerStatus.UNKNOWN_COMMAND, "no such command");
    }
    if (octets > 1 + MAX_PARAMETER_OCTETS) { // first: such a request cannot even be made
      return malformed(fields, BottlerStatus.MALFORMED, "more than 255 octets of parameters");
    }
    BottlerRequest request = parameters(command, fields);
    if (fields.missing() || in.hasRemaining()) {
      return malformed(fields, BottlerStatus.MALFORMED, "parameters cut short or left over");
    }
    return request == null
        ? malformed(fields, BottlerStatus.OUT_OF_RANGE, "a parameter that cannot be")
        : new Decoded.Message<>(request);
  }

  private static Decoded<BottlerRequest, BottlerResponse> malformed(
      Fields fields, BottlerStatus status, String reason) {
    return fields.malformed(new BottlerResponse.Failure(status), reason);
  }

  private static @Nullable BottlerRequest parameters(int command, Fields fields) {
    return switch (command) {
      case 0x02 -> made(fields.unsigned(4), SetBufferSize::new);
      case 0x04 -> made(fields.unsigned(4), SetTimeout::new);
      case 0x06 -> made(fields.unsigned(4), ListUsers::new);
      case 0x07 -> made(fields.asciiName(), LastConnection::new);
      case 0x08 -> made(fields.asciiName(), fields.asciiName(), RenameUser::new);
      case 0x09 -> made(fields.asciiName(), fields.password(), SetPassword::new);
      case 0x0A -> made(fields.asciiName(), fields.password(), AddUser::new);
      case 0x0B -> made(fields.asciiName(), DeleteUser::new);
      case 0x0D -> made(fields.onOff(), SetDissector::new);
      case 0x0F -> made(fields.onOff(), SetAuthentication::new);
      case 0x11 -> made(fields.onOff(), SetRunning::new);
      default -> Plain.of(command);
    };
  }

  /** The whole datagram: the token, then this request. */
  default byte[] datagram(BottlerToken token) {
    ByteBuffer out = ByteBuffer.allocate(token.length() + length());
    token.write(out);
    write(out);
    return out.array();
  }

  @Override
  default int length() {
    return 1
        + switch (this) {
          case Plain plain -> 0;
          case SetBufferSize size -> 4;
          case SetTimeout timeout -> 4;
          case ListUsers page -> 4;
          case LastConnection(UserName name) -> name.fieldLength();
          case RenameUser(UserName name, UserName newName) ->
              name.fieldLength() + newName.fieldLength();
          case SetPassword(UserName name, Password password) ->
              name.fieldLength() + password.length();
          case AddUser(UserName name, Password password) -> name.fieldLength() + password.length();
          case DeleteUser(UserName name) -> name.fieldLength();
          case SetDissector dissector -> 1;
          case SetAuthentication authentication -> 1;
          case SetRunning running -> 1;
        };
  }

  @Override
  default void write(ByteBuffer out) {
    out.put((byte) command());
    switch (this) {
      case Plain plain -> {}
      case SetBufferSize(long size) -> Fields.put(out, size, 4);
      case SetTimeout(long seconds) -> Fields.put(out, seconds, 4);
      case ListUsers(long page) -> Fields.put(out, page, 4);
      case LastConnection(UserName name) -> name.write(out);
      case RenameUser(UserName name, UserName newName) -> {
        name.write(out);
        newName.write(out);
      }
      case SetPassword(UserName name, Password password) -> {
        name.write(out);
        password.write(out);
      }
      case AddUser(UserName name, Password password) -> {
        name.write(out);
        password.write(out);
      }
      case DeleteUser(UserName name) -> name.write(out);
      case SetDissector(boolean on) -> Fields.put(out, on ? 1 : 0, 1);
      case SetAuthentication(boolean on) -> Fields.put(out, on ? 1 : 0, 1);
      case SetRunning(boolean on) -> Fields.put(out, on ? 1 : 0, 1);
    }
  }
}
