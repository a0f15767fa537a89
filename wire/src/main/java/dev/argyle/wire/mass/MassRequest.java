package dev.argyle.wire.mass;

import static dev.argyle.wire.Fields.made;

import dev.argyle.wire.Decoded;
import dev.argyle.wire.Fields;
import dev.argyle.wire.Password;
import dev.argyle.wire.UserName;
import dev.argyle.wire.Writable;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks for, once a connection (MASS, section 4), 1 to 513 octets.
 *
 * <pre>
 *   00 to 09                              Read
 *   0A | LENGTH NAME | LENGTH PASSWORD    AddUser
 *   0B | LENGTH NAME                      DeleteUser
 *   0C | OFF                              DisableAuthentication
 *   0D | OFF                              DisableDissectors
 * </pre>
 *
 * <p>OFF is upside down: 00 turns on, any other value off; 01 is what we send.
 */
public sealed interface MassRequest extends Writable {

  MassIndex index();

  /** Lists and counters. */
  record Read(MassIndex index) implements MassRequest {
    public Read {
      if (!index.isRead()) {
        throw new IllegalArgumentException(index + " changes something");
      }
    }
  }

  record AddUser(UserName name, Password password) implements MassRequest {
    public AddUser {
      name.requireAscii();
    }

    @Override
    public MassIndex index() {
      return MassIndex.ADD_USER;
    }
  }

  /** Closes the user's open connections too. */
  record DeleteUser(UserName name) implements MassRequest {
    public DeleteUser {
      name.requireAscii();
    }

    @Override
    public MassIndex index() {
      return MassIndex.DELETE_USER;
    }
  }

  /** Of the SOCKS side; the management side is never opened. */
  record DisableAuthentication(boolean off) implements MassRequest {
    @Override
    public MassIndex index() {
      return MassIndex.DISABLE_AUTHENTICATION;
    }
  }

  record DisableDissectors(boolean off) implements MassRequest {
    @Override
    public MassIndex index() {
      return MassIndex.DISABLE_DISSECTORS;
    }
  }

  /**
   * Reads a request. On Message the position is behind it, otherwise it has not moved.
   *
   * @param in octets from the start of the request; not kept
   * @return Malformed with STATUS 02 for an unknown index, with 01 for a name or password that has
   *     no octets or is not ASCII, each as soon as that is known
   */
  static Decoded<MassRequest, MassReply> read(ByteBuffer in) {
    Fields fields = new Fields(in);
    Integer code = fields.octet();
    if (code == null) {
      return fields.needMore();
    }
    MassIndex index = MassIndex.of(code);
    if (index == null) {
      return fields.malformed(
          new MassReply.Failure(MassStatus.INDEX_NOT_SUPPORTED), "no such index");
    }
    MassRequest request = parameters(index, fields);
    if (fields.bad()) {
      return fields.malformed(
          new MassReply.Failure(MassStatus.SERVER_ERROR), "a parameter is empty or not ASCII");
    }
    return request == null ? fields.needMore() : new Decoded.Message<>(request);
  }

  private static @Nullable MassRequest parameters(MassIndex index, Fields fields) {
    return switch (index) {
      case INDEXES,
          ACTIVE_USERS,
          HISTORIC_CONNECTIONS,
          CONCURRENT_CONNECTIONS,
          MAX_CONCURRENT_CONNECTIONS,
          HISTORIC_OCTETS,
          AUTHENTICATION_ATTEMPTS,
          CONNECTION_ATTEMPTS,
          AVERAGE_OCTETS_PER_READ,
          AVERAGE_OCTETS_PER_WRITE ->
          new Read(index);
      case ADD_USER -> made(fields.asciiName(), fields.password(), AddUser::new);
      case DELETE_USER -> made(fields.asciiName(), DeleteUser::new);
      case DISABLE_AUTHENTICATION ->
          made(fields.octet(), octet -> new DisableAuthentication(octet != 0));
      case DISABLE_DISSECTORS -> made(fields.octet(), octet -> new DisableDissectors(octet != 0));
    };
  }

  @Override
  default int length() {
    return switch (this) {
      case Read read -> 1;
      case AddUser(UserName name, Password password) -> 1 + name.fieldLength() + password.length();
      case DeleteUser(UserName name) -> 1 + name.fieldLength();
      case DisableAuthentication authentication -> 2;
      case DisableDissectors dissectors -> 2;
    };
  }

  @Override
  default void write(ByteBuffer out) {
    out.put((byte) index().code());
    switch (this) {
      case Read read -> {}
      case AddUser(UserName name, Password password) -> {
        name.write(out);
        password.write(out);
      }
      case DeleteUser(UserName name) -> name.write(out);
      case DisableAuthentication(boolean off) -> out.put((byte) (off ? 1 : 0));
      case DisableDissectors(boolean off) -> out.put((byte) (off ? 1 : 0));
    }
  }
}
