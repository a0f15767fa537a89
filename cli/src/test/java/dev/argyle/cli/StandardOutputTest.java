package dev.argyle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.account.AccountBook;
import dev.argyle.server.account.DataDirectory;
import dev.argyle.server.config.Accounts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class StandardOutputTest {

  @TempDir Path folder;

  private final StringWriter complained = new StringWriter();

  /** Takes so many octets, and then fails as the kernel words it. */
  private static OutputStream failing(int octets, String why) {
    return new OutputStream() {
      private int left = octets;

      @Override
      public void write(int octet) throws IOException {
        if (left == 0) {
          throw new IOException(why);
        }
        left--;
      }
    };
  }

  private int run(OutputStream to, String... arguments) {
    StandardOutput out = new StandardOutput(to, StandardCharsets.UTF_8);
    return Main.run(arguments, out, new PrintWriter(complained, true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-h",
        "-v",
        "help",
        "help ctl",
        "version",
        "serve -h",
        "check -c FILE",
        "completion bash",
        "explain -c FILE 192.0.2.1:80",
        "users list --data DATA"
      })
  void outputThatAFullDiskDoesNotTakeIsAFailureWithItsReason(String command) throws Exception {
    Files.writeString(folder.resolve("file"), "");
    Path data = folder.resolve("data");
    if (command.startsWith("users")) {
      AccountBook.open(DataDirectory.make(data), new Accounts(null, 10)).close();
    }
    List<String> arguments = new ArrayList<>();
    for (String word : command.split(" ")) {
      arguments.add(
          word.equals("FILE")
              ? folder.resolve("file").toString()
              : word.equals("DATA") ? data.toString() : word);
    }
    int code = run(failing(0, "No space left on device"), arguments.toArray(new String[0]));
    assertThat(complained.toString())
        .isEqualTo(
            "argyle: standard output: no space left on device; what was written there is not"
                + " complete\n");
    assertThat(code).isEqualTo(1);
  }

  @Test
  void outputThatIsLostInItsMiddleIsAFailureToo() {
    assertThat(run(failing(100, "No space left on device"), "completion", "bash")).isEqualTo(1);
  }

  @Test
  void whatIsTakenWholeIsNoFailure() {
    ByteArrayOutputStream taken = new ByteArrayOutputStream();
    assertThat(run(taken, "-v")).isZero();
    assertThat(taken.toString(StandardCharsets.UTF_8)).startsWith("argyle ");
    assertThat(complained.toString()).isEmpty();
  }

  @Test
  void wrongUsageStaysWrongUsageThoughOutputIsLost() {
    assertThat(run(failing(0, "No space left on device"), "serve", "--no-such")).isEqualTo(2);
  }

  @Test
  void onlyACommandThatFollowsEndsInOrderWhenItsReaderHasGone() {
    assertThat(run(failing(0, "Broken pipe"), "-h")).isEqualTo(1);
    assertThat(complained.toString()).contains("standard output: broken pipe");
  }
}
