package dev.argyle.server.account;

import dev.argyle.wire.UserName;
import java.nio.file.Path;
import java.util.List;

/** A process that adds accounts without end and says each one's number when it was acknowledged. */
final class KilledWriter {

  private KilledWriter() {}

  public static void main(String[] arguments) {
    AccountBook book = Book.open(Path.of(arguments[0]), Integer.MAX_VALUE, new Hashing(1));
    for (int i = 0; ; i++) {
      book.importAll(List.of(new ImportFile.Line(UserName.of("user-" + i), Book.CHEAP, true, 1)));
      System.out.println(i);
      System.out.flush();
    }
  }
}
