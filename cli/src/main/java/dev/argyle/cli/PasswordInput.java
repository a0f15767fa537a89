package dev.argyle.cli;

import dev.argyle.server.config.FileFailure;
import dev.argyle.wire.UserName;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Where a command gets a password from: a prompt, or standard input; never an argument. */
final class PasswordInput {

  /** A password cannot be had from here; the message says what to do. */
  static final class Unusable extends Exception {
    Unusable(String message) {
      super(message);
    }
  }

  private PasswordInput() {}

  /** One line, its end left out; 1 to 255 octets, as they are. */
  static byte[] read(InputStream in) throws Unusable {
    try {
      return read(in, "--password-stdin");
    } catch (IOException unreadable) { // standard input is a directory, say
      throw new Unusable(
          "--password-stdin: standard input cannot be read: " + FileFailure.words(unreadable));
    }
  }

  /** The one line of a file. */
  static byte[] read(Path file, String option) throws Unusable {
    try (InputStream in = Files.newInputStream(file)) {
      return read(in, option + " " + file);
    } catch (NoSuchFileException absent) {
      throw new Unusable(option + ": " + file + " does not exist");
    } catch (IOException unreadable) {
      throw new Unusable(
          option + ": " + file + " cannot be read: " + FileFailure.advised(unreadable));
    }
  }

  private static byte[] read(InputStream in, String from) throws IOException, Unusable {
    byte[] octets = in.readNBytes(UserName.MAX_OCTETS + 3); // CR, LF and one too many
    int length = octets.length;
    if (length > 0 && octets[length - 1] == '\n') {
      length--;
      if (length > 0 && octets[length - 1] == '\r') {
        length--;
      }
    }
    byte[] password = Arrays.copyOf(octets, length);
    Arrays.fill(octets, (byte) 0);
    for (byte octet : password) {
      if (octet == '\n') {
        throw new Unusable(from + ": a password is exactly one line");
      }
    }
    return checked(password);
  }

  /** Asks twice on the terminal. */
  static byte[] ask(UserName name) throws Unusable {
    Console console = terminal();
    if (console == null) {
      throw new Unusable(
          "no terminal to ask for the password; give it on standard input, with --password-stdin");
    }
    byte[] first = octets(console.readPassword("Password for %s: ", name.escaped()));
    checked(first); // before it is asked for again
    byte[] second = octets(console.readPassword("Once more: "));
    if (!Arrays.equals(first, second)) {
      throw new Unusable("the two passwords differ; nothing was changed");
    }
    return checked(first);
  }

  /** Asks once, for one that is there already. */
  static byte[] askFor(UserName whose, String otherwise) throws Unusable {
    Console console = terminal();
    if (console == null) {
      throw new Unusable("no terminal to ask for the password; " + otherwise);
    }
    return checked(octets(console.readPassword("Password of %s: ", whose.escaped())));
  }

  @SuppressWarnings("SystemConsoleNull") // it is null again from JDK 25 on
  private static @Nullable Console terminal() {
    Console console = System.console();
    return console == null || !console.isTerminal() ? null : console;
  }

  private static byte[] checked(byte[] password) throws Unusable {
    if (!UserName.fits(password)) {
      throw new Unusable("a password is 1 to " + UserName.MAX_OCTETS + " bytes");
    }
    return password;
  }

  private static byte[] octets(char @Nullable [] characters) throws Unusable {
    if (characters == null) { // Ctrl-D
      throw new Unusable("no password was given; nothing was changed");
    }
    ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(characters));
    Arrays.fill(characters, ' ');
    byte[] octets = new byte[encoded.remaining()];
    encoded.get(octets);
    return octets;
  }
}
