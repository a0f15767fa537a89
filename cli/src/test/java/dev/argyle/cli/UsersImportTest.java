package dev.argyle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.account.Verdict;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Users that come from a file, or go into one. */
@Tag("unit")
class UsersImportTest extends UsersCommandCase {

  @Test
  void importCanBeASync() {
    users("ana:" + HASH + "\nbea:" + HASH + "\n", "import");
    String file = "ana:!" + HASH + "\neva:" + HASH + "\n";
    assertThat(users(file, "import")).isEqualTo(1);
    assertThat(users(file, "import", "--skip")).isZero();
    assertThat(said.toString())
        .isEqualTo("imported 1 users; 0 existed already; 1 were left as they are\n");
    assertThat(users(file, "import", "--replace")).isZero();
    assertThat(said.toString())
        .isEqualTo("imported 0 users; 1 existed already; 1 were updated; 1 were removed\n");
  }

  @Test
  void whatIsExportedCanBeImportedElsewhere() throws Exception {
    users("secret\n", "add", "n\u00e4me:x\\x0A\\xFF", "--password-stdin");
    users("ana:" + HASH + "\n", "import");
    assertThat(users("", "export")).isZero();
    String lines = written.toString(StandardCharsets.UTF_8);
    assertThat(lines).contains("\nn\u00e4me:x\\x0A\\xFF:$argon2id$").startsWith("ana:" + HASH);

    Path other = folder.resolve("other");
    ByteArrayInputStream in = new ByteArrayInputStream(written.toByteArray());
    assertThat(
            new CommandLine(new UsersCommand(in, written))
                .setOut(new PrintWriter(said))
                .execute("import", "--data", other.toString()))
        .isZero();
    assertThat(said.toString()).endsWith("imported 2 users; 0 existed already\n");
    users(lines.replace("\u00e4", "\u00c3\u00a4"), "import"); // the same octets
    assertThat(said.toString()).isEqualTo("imported 0 users; 2 existed already\n");
  }

  @Test
  void everyWrongLineIsNamedAndNothingImported() {
    String lines =
        "ana:" + HASH + "\n\nno colon\n:" + HASH + "\neva:plain\nana:" + HASH + "\nmia:" + HASH;
    assertThat(users(lines, "import")).isEqualTo(1);
    assertThat(complained.toString())
        .isEqualTo(
            """
            argyle: standard input, line 3: not NAME:PHC-STRING: there is no colon
            argyle: standard input, line 4: a name is 1 to 255 bytes
            argyle: standard input, line 5: a hash begins with $argon2id$, $argon2i$, $argon2d$, \
            $2a$, $2b$, $2y$, $5$, $6$ or $y$
            argyle: standard input, line 6: the same name as in line 1
            argyle: nothing was imported
            """);
    users("", "list");
    assertThat(said.toString().lines()).hasSize(1);
  }

  @Test
  void byteOrderMarkIsNoPartOfTheFirstName() throws Exception {
    assertThat(users("\u00ef\u00bb\u00bfana:" + HASH + "\n", "import")).isZero();
    assertThat(login("ana", "secret")).isInstanceOf(Verdict.Accepted.class);
  }

  @Test
  void standardInputThatCannotBeReadIsToldAndIsNoBug() {
    java.io.InputStream folderAsInput =
        new java.io.InputStream() {
          @Override
          public int read() throws java.io.IOException {
            throw new java.io.IOException("Is a directory");
          }
        };
    int code =
        new CommandLine(new UsersCommand(folderAsInput, written))
            .setErr(new PrintWriter(complained))
            .execute("import", "--data", folder.resolve("data").toString());
    assertThat(complained.toString())
        .isEqualTo("argyle: standard input: cannot be read: is a directory\n");
    assertThat(code).isEqualTo(1);
  }

  @Test
  void lineLengthIsBounded() {
    String longest = "\\xFF".repeat(255) + ":!" + "$".repeat(512 + 128 + 3 * 8192);
    users(longest, "import");
    assertThat(complained.toString()).contains("line 1: a hash has at most 512 characters");
    users(longest + "$", "import");
    assertThat(complained.toString()).contains("line 1: longer than 26238 bytes");
  }

  @Test
  void manyWrongLinesAreNotAllNamed() {
    assertThat(users("x\n".repeat(1_000), "import")).isEqualTo(1);
    assertThat(complained.toString().lines()).hasSize(21);
    assertThat(complained.toString()).contains("there may be more");
  }

  @Test
  void aHundredThousandLinesAreImported() throws Exception {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 100_000; i++) {
      lines.append("user-").append(i).append(':').append(HASH).append('\n');
    }
    assertThat(users(lines.toString(), "import")).isZero();
    assertThat(said.toString()).isEqualTo("imported 100000 users; 0 existed already\n");
    assertThat(login("user-54321", "secret")).isInstanceOf(Verdict.Accepted.class);
  }
}
