package dev.argyle.server.outside;

import static org.assertj.core.api.Assertions.assertThat;

import javax.naming.ldap.LdapName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that would say something else to a directory. */
@Tag("unit")
class LdapTextTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ana,ou=admins,dc=example",
        "ana+cn=admin",
        "ana\"",
        "ana\\2c",
        " ana ",
        "#ana",
        "a=b;c<d>",
        "an\u00e4",
        "a\u0000b",
        "{dn}",
        "*"
      })
  void noNameOfAClientBecomesMoreThanOneValueOfADistinguishedName(String name) throws Exception {
    String dn = LdapText.bindName("uid={name},ou=people,dc=example", name);
    LdapName parsed = new LdapName(dn);
    assertThat(parsed.size()).isEqualTo(3);
    assertThat(parsed.getRdn(2).size()).isEqualTo(1);
    assertThat(parsed.getRdn(2).getType()).isEqualTo("uid");
    assertThat(parsed.getRdn(2).getValue()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Ana",
        "anA",
        "ana ",
        " ana",
        "a na",
        "an\u00e4",
        "an\u00ada",
        "\uff41na",
        "ana\u0000"
      })
  void aNameThatADirectoryTakesForAnotherIsNobodys(String name) {
    assertThat(LdapText.hasOneSpelling(name)).isFalse();
  }

  @Test
  void aNameInLowerCaseIsSomebodys() {
    assertThat(LdapText.hasOneSpelling("ana.b-c_1+x@example.org")).isTrue();
  }

  @Test
  void aNameThatIsNoneOfADomainIsNotSentToIt() {
    assertThat(LdapText.bindName("{name}@corp.example", "ana.b-c_1"))
        .isEqualTo("ana.b-c_1@corp.example");
    for (String name : new String[] {"ana@other.example", "CORP\\ana", "ana ", "a,b", "a\u0000"}) {
      assertThat(LdapText.bindName("{name}@corp.example", name)).as(name).isNull();
    }
  }

  @Test
  void noNameOfAClientBecomesMoreThanOneValueOfAFilter() {
    assertThat(LdapText.filter("(uid={name})", "*)(uid=admin", ""))
        .isEqualTo("(uid=\\2a\\29\\28uid\\3dadmin)");
    assertThat(LdapText.filter("(&(uid={name})(x={dn}))", "a\\b\u0000\u00e4", "cn=a,dc=b"))
        .isEqualTo("(&(uid=a\\5cb\\00\\c3\\a4)(x=cn\\3da\\2cdc\\3db))");
  }

  @Test
  void whatWasPutInIsNotLookedAtAgain() {
    assertThat(LdapText.filter("(uid={name})(member={dn})", "{dn}", "{name}"))
        .isEqualTo("(uid=\\7bdn\\7d)(member=\\7bname\\7d)");
  }
}
