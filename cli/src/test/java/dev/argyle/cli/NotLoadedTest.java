package dev.argyle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class NotLoadedTest {

  private static String said(LinkageError missing) {
    StringWriter err = new StringWriter();
    int code =
        Complaints.notLoaded(missing, Main.commandLine("version").setErr(new PrintWriter(err)));
    assertThat(code).isEqualTo(1);
    return err.toString();
  }

  @Test
  void namesOfClassesAreNoWords() {
    for (LinkageError missing :
        new LinkageError[] {
          new NoClassDefFoundError("dev/argyle/server/account/Sqlite"),
          new NoClassDefFoundError("Could not initialize class org.sqlite.core.NativeDB"),
          new ExceptionInInitializerError(),
          new UnsatisfiedLinkError("'int org.sqlite.core.NativeDB.limit(int, int)'")
        }) {
      assertThat(said(missing))
          .isEqualToIgnoringNewLines(
              "argyle: a part of the program could not be loaded; raise the limit of open files"
                  + " (ulimit -n) if it is low, or install Argyle again");
    }
  }

  @Test
  void fileOfALibraryIsSaid() {
    assertThat(said(new UnsatisfiedLinkError("/opt/x.so: wrong ELF class")))
        .startsWith("argyle: a part of the program could not be loaded (/opt/x.so: wrong ELF");
  }
}
