package dev.argyle.server.session.gssapi;

import dev.argyle.server.relay.Transform;
import dev.argyle.server.relay.Wrapping;
import dev.argyle.server.session.gssapi.Negotiation.Step;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.wire.gssapi.GssapiFrame.Purpose;
import dev.argyle.wire.gssapi.GssapiFrame.Token;
import dev.argyle.wire.gssapi.Protection;
import java.io.DataInputStream;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.ietf.jgss.GSSException;
import org.ietf.jgss.MessageProp;

/** Frames of RFC 1961, by a seal of the server's and what its client has. */
final class SealedWrapping implements Wrapping {

  /** The client's side of a seal. */
  private interface Client {
    byte[] wrap(byte[] plain) throws GSSException;

    byte[] unwrap(byte[] token) throws GSSException;
  }

  final List<EndReason> broken = new CopyOnWriteArrayList<>();
  private final Seal seal;
  private final Client client;

  private SealedWrapping(Seal seal, Client client) {
    this.seal = seal;
    this.client = client;
  }

  /** Without a secret. */
  static SealedWrapping transparent() {
    Client client =
        new Client() {
          @Override
          public byte[] wrap(byte[] plain) {
            return TransparentSeal.token(plain);
          }

          @Override
          public byte[] unwrap(byte[] token) throws GSSException {
            return TransparentSeal.unwrapped(token, new MessageProp(0, false));
          }
        };
    return new SealedWrapping(TransparentSeal.make(), client);
  }

  /** With keys of a real KDC. */
  static SealedWrapping kerberos() throws Exception {
    Initiator initiator = Initiator.of("ana");
    Step.Agreed agreed =
        initiator.agree(Initiator.service(false, Protection.CONFIDENTIALITY).negotiation(), 2);
    Client client =
        new Client() {
          @Override
          public byte[] wrap(byte[] plain) throws GSSException {
            return initiator.wrap(true, plain);
          }

          @Override
          public byte[] unwrap(byte[] token) throws GSSException {
            return initiator.unwrap(token);
          }
        };
    return new SealedWrapping(Objects.requireNonNull(agreed.seal()), client);
  }

  /** A frame of the client. */
  byte[] frame(byte[] plain) throws IOException {
    try {
      return new Token(Purpose.DATA, client.wrap(plain)).octets();
    } catch (GSSException failed) {
      throw new IOException(failed);
    }
  }

  private Sealing sealing(byte[] payload) {
    return new Sealing(seal, new FrameAssembly(), payload);
  }

  @Override
  public byte[] received(byte[] first) {
    return new byte[0];
  }

  @Override
  public Transform up(byte[] first) {
    return sealing(first).unwrapping(ending -> broken.add(ending.reason()));
  }

  @Override
  public Transform down() {
    return sealing(new byte[0]).wrapping();
  }

  @Override
  public OutputStream wrap(OutputStream to) {
    return new FilterOutputStream(to) {
      @Override
      public void write(byte[] plain, int offset, int length) throws IOException {
        to.write(frame(Arrays.copyOfRange(plain, offset, offset + length)));
      }
    };
  }

  @Override
  public InputStream unwrap(InputStream from) {
    DataInputStream frames = new DataInputStream(from);
    return new FilterInputStream(from) {
      private byte[] plain = new byte[0];
      private int at;

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        if (at == plain.length) {
          int version = frames.read();
          if (version < 0) {
            return -1;
          }
          if (version != 1 || frames.readUnsignedByte() != Purpose.DATA.code()) {
            throw new IOException("a frame of data is due");
          }
          plain = unwrapped(frames.readNBytes(frames.readUnsignedShort()));
          at = 0;
        }
        int taken = Math.min(length, plain.length - at);
        System.arraycopy(plain, at, into, offset, taken);
        at += taken;
        return taken;
      }
    };
  }

  private byte[] unwrapped(byte[] token) throws IOException {
    try {
      return client.unwrap(token);
    } catch (GSSException failed) {
      throw new IOException(failed);
    }
  }
}
