package dev.argyle.server.account;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.argyle.server.config.FileFailure;
import dev.argyle.wire.UserName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The administrator that is made at the first start, and the Bottler token.
 *
 * @param password as it was made; changing the account's password does not change this file
 * @param bottlerToken 16 hexadecimal digits in lower case
 * @param fresh made just now: to be printed, once
 */
public record AdminSecret(String username, String password, String bottlerToken, boolean fresh) {

  /** In the data directory, mode 0600. */
  public static final String FILE = "admin.secret";

  private static final String USERNAME = "admin";
  private static final int MAX_OCTETS = 4_096;
  private static final int TOKEN_OCTETS = 8; // protocols/bottler.md
  private static final int PASSWORD_CHARACTERS = 24; // of 32: 120 bits
  private static final String ALPHABET =
      "abcdefghijkmnpqrstuvwxyz23456789"; // none looks like another
  private static final Pattern TOKEN = Pattern.compile("[0-9a-fA-F]{16}");
  private static final JsonFactory JSON = new JsonFactory();

  /** What {@link #json} writes; Jackson's parser takes a start 50 ms to load. */
  private static final Pattern AS_WRITTEN =
      Pattern.compile(
          "\\{\"username\":\"(\\w+)\",\"password\":\"(\\w+)\",\"bottlerToken\":\"(\\w+)\"}\n");

  private static final String ADVICE =
      "; delete it: the next start creates a new password and token";

  /**
   * Reads the secret; where there is none, makes it: an account {@code admin} with a random
   * password, and then the file. An account {@code admin} that is there already gets the new
   * password and is an enabled administrator again: removing the file is the way back in.
   */
  public static AdminSecret readOrMake(Path data, AccountBook book) throws DataProblem {
    AdminSecret there = read(data);
    if (there == null) {
      return make(data, book);
    }
    if (!book.hasAdministrator()) {
      throw new DataProblem(
          data.resolve(AccountBook.FILE)
              + ": has no enabled administrator, though "
              + FILE
              + " is there, so the accounts were lost or replaced; put back a copy of them, or delete "
              + FILE
              + ": the next start then creates an administrator");
    }
    return there;
  }

  /** This secret with another random token, which is in the file when this returns. */
  public AdminSecret withNewToken(Path data) throws DataProblem {
    AdminSecret changed = new AdminSecret(username, password, randomToken(), false);
    changed.writeInto(data);
    return changed;
  }

  /** Reads the secret; null: there is none. */
  public static @Nullable AdminSecret read(Path data) throws DataProblem {
    Path file = data.resolve(FILE);
    try {
      if (Files.size(file) > MAX_OCTETS) {
        throw new DataProblem(file + ": longer than " + MAX_OCTETS + " bytes" + ADVICE);
      }
      return parsed(file, Files.readString(file));
    } catch (NoSuchFileException absent) {
      return null;
    } catch (CharacterCodingException binary) {
      throw new DataProblem(file + ": not JSON" + ADVICE);
    } catch (IOException failed) { // the secret is still in it: not to be deleted
      throw new DataProblem(
          file + ": cannot be read: " + FileFailure.advised(failed, "make it readable"), failed);
    }
  }

  private static AdminSecret parsed(Path file, String text) throws DataProblem {
    Map<String, String> fields = new HashMap<>();
    Matcher written = AS_WRITTEN.matcher(text);
    if (written.matches()) {
      fields.put("username", written.group(1));
      fields.put("password", written.group(2));
      fields.put("bottlerToken", written.group(3));
    } else {
      parse(file, text, fields);
    }
    return checked(file, fields);
  }

  private static void parse(Path file, String text, Map<String, String> fields) throws DataProblem {
    try (JsonParser parser = JSON.createParser(text)) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String name = parser.currentName();
          if (parser.nextToken() == JsonToken.VALUE_STRING) {
            fields.put(name, parser.getText());
          } else {
            parser.skipChildren();
          }
        }
      }
    } catch (IOException malformed) { // its message would quote the file, password included
      throw new DataProblem(file + ": not JSON" + ADVICE);
    }
  }

  private static AdminSecret checked(Path file, Map<String, String> fields) throws DataProblem {
    String username = fields.get("username");
    String password = fields.get("password");
    String token = fields.get("bottlerToken");
    if (username == null || password == null || token == null) {
      throw new DataProblem(
          file + ": must have the strings username, password and bottlerToken" + ADVICE);
    }
    if (!TOKEN.matcher(token).matches()) {
      throw new DataProblem(file + ": bottlerToken must be 16 hexadecimal digits" + ADVICE);
    }
    return new AdminSecret(username, password, token, false);
  }

  private static AdminSecret make(Path data, AccountBook book) throws DataProblem {
    SecureRandom random = new SecureRandom();
    StringBuilder password = new StringBuilder();
    random
        .ints(PASSWORD_CHARACTERS, 0, ALPHABET.length())
        .forEach(index -> password.append(ALPHABET.charAt(index)));
    AdminSecret secret = new AdminSecret(USERNAME, password.toString(), randomToken(), true);
    // The account first: a crash between the two makes another secret, never one that is no use.
    makeAccount(book, password.toString().getBytes(StandardCharsets.US_ASCII));
    secret.writeInto(data);
    return secret;
  }

  private static String randomToken() {
    byte[] token = new byte[TOKEN_OCTETS];
    new SecureRandom().nextBytes(token);
    return HexFormat.of().formatHex(token);
  }

  private void writeInto(Path data) throws DataProblem {
    Path file = data.resolve(FILE);
    try {
      write(file, json());
    } catch (IOException failed) {
      throw new DataProblem(
          file
              + ": cannot be written: "
              + FileFailure.advised(failed, "give another directory with --data"),
          failed);
    }
  }

  private static void makeAccount(AccountBook book, byte[] password) throws DataProblem {
    UserName name = UserName.of(USERNAME);
    switch (book.add(name, password, true)) {
      case Outcome.Done() -> {}
      case Outcome.AlreadyThere(boolean same) -> {
        book.changePassword(name, password);
        book.setAdmin(name, true);
        book.setEnabled(name, true);
      }
      case Outcome.Full(int maxUsers) ->
          throw new DataProblem(
              "accounts.max-users is "
                  + maxUsers
                  + ", so there is no room for the administrator; raise it, or remove a user");
      case Outcome.NoSuchUser _,
          Outcome.LastAdministrator _,
          Outcome.OfThisRun _,
          Outcome.Invalid _ ->
          throw new IllegalStateException("not an outcome of adding this account");
    }
  }

  private byte[] json() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator generator = JSON.createGenerator(out)) {
      generator.writeStartObject();
      generator.writeStringField("username", username);
      generator.writeStringField("password", password);
      generator.writeStringField("bottlerToken", bottlerToken);
      generator.writeEndObject();
      generator.writeRaw('\n');
    }
    return out.toByteArray();
  }

  /** All or nothing, and never readable by others, not even while it is empty. */
  private static void write(Path file, byte[] octets) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    Path part = file.resolveSibling(FILE + ".part");
    Files.deleteIfExists(part); // of a start that was cut off
    try (FileChannel channel =
        FileChannel.open(
            part,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            DataDirectory.OWNER_ONLY)) {
      ByteBuffer buffer = ByteBuffer.wrap(octets);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true); // the name, too, is on the disk
    }
  }

  /** Never the secrets. */
  @Override
  public String toString() {
    return "AdminSecret[" + username + "]";
  }
}
