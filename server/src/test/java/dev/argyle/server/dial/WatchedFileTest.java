package dev.argyle.server.dial;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class WatchedFileTest {

  @TempDir Path folder;
  private final FakeTiming clock = new FakeTiming();
  private Path path;
  private int parsed;

  @BeforeEach
  void choose() {
    path = folder.resolve("hosts");
  }

  private WatchedFile<List<String>> watched() {
    return new WatchedFile<>(path, this::parse, Runnable::run, clock::nanoTime);
  }

  private List<String> parse(List<String> lines) {
    parsed++;
    return lines;
  }

  @Test
  void whatChangedIsReadAgainAtMostASecondLater() throws IOException {
    Files.writeString(path, "one\n");
    WatchedFile<List<String>> file = watched();
    assertThat(file.contents()).containsExactly("one");
    Files.writeString(path, "one\ntwo\n");
    clock.passMillis(999);
    assertThat(file.contents()).containsExactly("one");
    clock.passMillis(1);
    assertThat(file.contents()).containsExactly("one", "two");
  }

  @Test
  void whatCouldNotBeReadOnceIsReadWhenItCan() throws IOException {
    Files.writeString(path, "one\n");
    boolean[] shortOfFiles = {false};
    WatchedFile<List<String>> file =
        new WatchedFile<>(path, this::parse, Runnable::run, clock::nanoTime) {
          @Override
          List<String> lines() throws IOException {
            if (shortOfFiles[0]) {
              throw new IOException("Too many open files");
            }
            return super.lines();
          }
        };
    Files.writeString(path, "one\ntwo\n");
    shortOfFiles[0] = true;
    clock.passMillis(1000);
    assertThat(file.contents()).containsExactly("one");
    shortOfFiles[0] = false;
    clock.passMillis(1000);
    assertThat(file.contents()).containsExactly("one", "two");
  }

  @Test
  void whatDidNotChangeIsNotReadAgain() throws IOException {
    Files.writeString(path, "one\n");
    WatchedFile<List<String>> file = watched();
    int before = parsed;
    for (int i = 0; i < 10; i++) {
      clock.passMillis(1000);
      file.contents();
    }
    assertThat(parsed).isEqualTo(before);
  }

  @Test
  void aFileThatIsNotThereIsEmptyUntilItComesAndAfterItGoes() throws IOException {
    WatchedFile<List<String>> file = watched();
    assertThat(file.contents()).isEmpty();
    Files.writeString(path, "one\n");
    clock.passMillis(1000);
    assertThat(file.contents()).containsExactly("one");
    Files.delete(path);
    clock.passMillis(1000);
    assertThat(file.contents()).isEmpty();
  }

  @Test
  void aFileThatIsTooLargeLeavesWhatWas() throws IOException {
    Files.writeString(path, "one\n");
    WatchedFile<List<String>> file = watched();
    try (RandomAccessFile large = new RandomAccessFile(path.toFile(), "rw")) {
      large.setLength(WatchedFile.MAX_OCTETS + 1); // a hole: it takes no room
    }
    clock.passMillis(1000);
    assertThat(file.contents()).containsExactly("one");
  }

  @Test
  void aFileThatCannotBeReadLeavesWhatWas() throws IOException {
    Files.writeString(path, "one\n");
    WatchedFile<List<String>> file = watched();
    Files.delete(path);
    Files.createDirectory(path);
    clock.passMillis(1000);
    assertThat(file.contents()).containsExactly("one");
  }
}
