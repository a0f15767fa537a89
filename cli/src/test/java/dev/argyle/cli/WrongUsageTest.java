package dev.argyle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class WrongUsageTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          serve --quite-unknown|--quite-unknown: unknown option; see argyle serve -h
          serve -Z|-Z: unknown option; see argyle serve -h
          serve --confg x|--confg: unknown option; did you mean --config?; see argyle serve -h
          serve more|serve: takes no arguments, only options; -u NAME:PASSWORD is given once for each user
          serve -u a:b c:secret|serve: takes no arguments, only options; -u NAME:PASSWORD is given once for each user
          serve -Ua:secret|-U: unknown option; see argyle serve -h
          serve --usr=a:secret|--usr: unknown option; did you mean --user?; see argyle serve -h
          serve --authentication pasword|--authentication pasword: "pasword" is not one of gssapi, password, none; did you mean password?
          serve --authentication none,none|--authentication none,none: none is in the list twice
          serve -l fe80::1|-l fe80::1: a link-local address, which needs the interface that it is of, as in fe80::1%eth0
          serv|serv: unknown command; did you mean serve or users or version?; see argyle -h
          serve -p nine|-p nine: a port is 0 to 65535; 0 asks for a free one
          serve -p 65536|-p 65536: a port is 0 to 65535; 0 asks for a free one
          serve -p -1|-p -1: a port is 0 to 65535; 0 asks for a free one
          serve -P 70000|-P 70000: a port is 0 to 65535; 0 asks for a free one
          serve -p|-p PORT: is missing
          serve -p -l 127.0.0.1|-p PORT: is missing
          serve -p 1 -p 2|-p: is given twice
          serve -l 300.1.1.1|-l 300.1.1.1: neither an address nor a host name
          serve -L 127.1|-L 127.1: neither an address nor a host name
          serve -u secret|-u: takes NAME:PASSWORD, each of 1 to 255 bytes
          serve -u :secret|-u: takes NAME:PASSWORD, each of 1 to 255 bytes
          serve -u name:|-u: takes NAME:PASSWORD, each of 1 to 255 bytes
          serve -u a:1 -u a:2|-u: a is given twice
          check|-c FILE: is missing, and there is no configuration at $ARGYLE_CONFIG, ./argyle.yaml, $XDG_CONFIG_HOME/argyle/argyle.yaml and /etc/argyle/argyle.yaml
          """)
  void oneLineNamesTheOptionAndSaysWhatWouldBeRight(String arguments, String complaint) {
    Said said = Said.by(arguments.split(" "));
    assertThat(said.err()).isEqualTo("argyle: " + complaint + System.lineSeparator());
    assertThat(said.exitCode()).isEqualTo(2);
    assertThat(said.out()).isEmpty();
  }

  @Test
  void credentialsHaveUpTo255OctetsAndNotOneMore() {
    for (String user : new String[] {"n".repeat(256) + ":p", "n:" + "\u00fc".repeat(128)}) {
      assertThat(Said.by("serve", "-u", user).err()).startsWith("argyle: -u: takes NAME:PASSWORD");
    }
  }
}
