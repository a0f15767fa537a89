package dev.argyle.server.control;

import dev.argyle.server.account.UserName;
import java.nio.charset.StandardCharsets;

/** Names as doors have them, one character an octet, and as accounts have them. */
final class Names {

  private Names() {}

  static UserName account(String name) {
    return UserName.of(name.getBytes(StandardCharsets.ISO_8859_1));
  }

  static String wire(UserName name) {
    return new String(name.octets(), StandardCharsets.ISO_8859_1);
  }

  /** Of the text form, which connections carry. */
  static String wireOfText(String text) {
    return wire(UserName.of(text));
  }
}
