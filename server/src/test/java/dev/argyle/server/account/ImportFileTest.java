package dev.argyle.server.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.wire.UserName;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.Size;

@Tag("property")
class ImportFileTest {

  @Property
  void whatIsWrittenToAFileIsReadBack(@ForAll @Size(min = 1, max = 255) byte[] octets)
      throws Exception {
    String line = ImportFile.write(UserName.of(octets), Book.CHEAP);

    assertThat(line).doesNotContain("\n").doesNotContain("\r");
    ImportFile.Read read =
        ImportFile.read(new ByteArrayInputStream(line.getBytes(StandardCharsets.UTF_8)));
    assertThat(read).isInstanceOf(ImportFile.Lines.class);
    assertThat(((ImportFile.Lines) read).lines().getFirst().name().octets()).isEqualTo(octets);
  }
}
