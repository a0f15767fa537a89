package dev.argyle.server.session.gssapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.session.gssapi.Principals.Mapped;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class PrincipalsTest {

  @Test
  void userIsThePartBeforeTheRealm() {
    assertThat(Principals.map("ana@EXAMPLE.COM", "EXAMPLE.COM")).isEqualTo(new Mapped.User("ana"));
    String longest = "a".repeat(255);
    assertThat(Principals.map(longest + "@R", "R")).isEqualTo(new Mapped.User(longest));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ana",
        "@EXAMPLE.COM",
        "ana@example.com",
        "ana@OTHER.EXAMPLE.COM",
        "ana@EXAMPLE.COM@OTHER",
        "ana@OTHER@EXAMPLE.COM",
        "ana/admin@EXAMPLE.COM",
        "rcmd/proxy.example.com@EXAMPLE.COM",
        "WELLKNOWN/ANONYMOUS@EXAMPLE.COM",
        "a\\na@EXAMPLE.COM",
        "a\na@EXAMPLE.COM",
        "a\0@EXAMPLE.COM"
      })
  void everybodyElseIsNobody(String principal) {
    assertThat(Principals.map(principal, "EXAMPLE.COM")).isInstanceOf(Mapped.Nobody.class);
  }

  @Test
  void nameThatIsLongerThanAUsersIsNobody() {
    assertThat(Principals.map("a".repeat(256) + "@R", "R")).isInstanceOf(Mapped.Nobody.class);
  }
}
