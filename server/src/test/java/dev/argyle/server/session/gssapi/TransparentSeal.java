package dev.argyle.server.session.gssapi;

import dev.argyle.wire.gssapi.Protection;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import org.ietf.jgss.GSSContext;
import org.ietf.jgss.GSSException;
import org.ietf.jgss.MessageProp;

/**
 * A seal without a secret, for tests: a token is 57 and the plain octets, or 58 and whatever fills
 * it, which carries nothing; any other is broken.
 */
public final class TransparentSeal {

  private static final byte MARK = 0x57;
  private static final byte NOTHING = 0x58;

  private TransparentSeal() {}

  public static Seal make() {
    GSSContext context =
        (GSSContext)
            Proxy.newProxyInstance(
                GSSContext.class.getClassLoader(),
                new Class<?>[] {GSSContext.class},
                (_, method, arguments) -> called(method, arguments));
    Seal seal = new Seal(context);
    try {
      seal.agree(Protection.INTEGRITY);
    } catch (GSSException impossible) {
      throw new AssertionError(impossible);
    }
    return seal;
  }

  /** What carries these octets. */
  public static byte[] token(byte[] plain) {
    byte[] token = new byte[1 + plain.length];
    token[0] = MARK;
    System.arraycopy(plain, 0, token, 1, plain.length);
    return token;
  }

  /** A token of so many octets that carries nothing. */
  public static byte[] empty(int octets) {
    byte[] token = new byte[octets];
    token[0] = NOTHING;
    return token;
  }

  private static Object called(Method method, Object[] arguments) throws GSSException {
    return switch (method.getName()) {
      case "getWrapSizeLimit" -> (int) arguments[2] - 1;
      case "wrap" -> token(octets(arguments));
      case "unwrap" -> unwrapped(octets(arguments), (MessageProp) arguments[3]);
      default -> throw new UnsupportedOperationException(method.toString());
    };
  }

  private static byte[] octets(Object[] arguments) {
    int offset = (int) arguments[1];
    return Arrays.copyOfRange((byte[]) arguments[0], offset, offset + (int) arguments[2]);
  }

  /** What a token carries. */
  public static byte[] unwrapped(byte[] token, MessageProp how) throws GSSException {
    if (token.length > 0 && token[0] == NOTHING) {
      return new byte[0];
    }
    if (token.length == 0 || token[0] != MARK) {
      throw new GSSException(GSSException.DEFECTIVE_TOKEN);
    }
    how.setPrivacy(true);
    return Arrays.copyOfRange(token, 1, token.length);
  }
}
