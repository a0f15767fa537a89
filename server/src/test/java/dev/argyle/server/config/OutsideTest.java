package dev.argyle.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.config.Accounts.Authority;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who verifies passwords, as the configuration says. */
@Tag("unit")
class OutsideTest {

  private static Read read(String accounts) {
    return ConfigurationReader.read("argyle.yaml", "accounts: " + accounts);
  }

  @Test
  void withoutAWordPasswordsAreVerifiedHere() {
    assertThat(Configuration.defaults().accounts().authenticate()).containsExactly(Authority.LOCAL);
    assertThat(Configuration.defaults().accounts().asksOutside()).isFalse();
    assertThat(new Accounts(null, 100_000)).isEqualTo(Configuration.defaults().accounts());
  }

  @Test
  void theOrderAndTheGroupsAreThoseOfTheFile() {
    Read read =
        read(
            """
            { authenticate: [ldap, local], ldap: { url: "ldap://127.0.0.1:389", clear-text: true,
              user: "uid={name},dc=x", groups: { base: "dc=x" }, plans: { z: gold, a: basic } } }
            """);
    Accounts accounts = ((Read.Ok) read).configuration().accounts();
    assertThat(accounts.authenticate()).containsExactly(Authority.LDAP, Authority.LOCAL);
    assertThat(accounts.ldap().plans().keySet()).containsExactly("z", "a");
    assertThat(accounts.ldap().groupsFilter()).isEqualTo("(member={dn})");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          { authenticate: [] } | authenticate: is an empty list; name local, http or ldap
          { authenticate: [pam] } | "pam" is not one of local, http, ldap
          { authenticate: [http, http] } | http is in the list twice
          { authenticate: [http] } | http needs a service; name it as accounts.http.url
          { authenticate: [ldap] } | ldap needs a directory; name it as accounts.ldap.url
          { http: { url: "http://login.example/" } } | would send passwords in clear text; use https
          { http: { url: "https://ana:secret@login.example/" } } | is not a URL that can be asked
          { http: { url: "ftp://login.example/" } } | is not a URL that can be asked
          { http: { url: "https:///x" } } | is not a URL that can be asked
          { ldap: { url: "ldaps://x/dc=example" } } | has more than a host and a port
          { ldap: { user: "uid=ana" } } | has no {name}
          { ldap: { groups: { filter: "(x=y)" } } } | has no {dn}
          { ldap: { plans: { a: "b c" } } } | "b c" is not the name of a plan
          { authenticate: [ldap], ldap: { url: "ldap://x", user: "{name}" } } | would send passwords in clear text; use ldaps
          { authenticate: [ldap], ldap: { url: "ldap://x", user: "{name}", clear-text: true } } | would send passwords in clear
          { authenticate: [ldap], ldap: { url: "ldap://127.0.0.1", user: "{name}" } } | would send passwords in clear
          { authenticate: [ldap], ldap: { url: "ldaps://x", user: "{name}", start-tls: true } } | is of no use with ldaps
          { authenticate: [ldap], ldap: { url: "ldaps://x" } } | needs one of accounts.ldap.user and accounts.ldap.search.base
          { authenticate: [ldap], ldap: { url: "ldaps://x", user: "{name}", search: { base: y } } } | needs one of accounts.ldap.user
          { authenticate: [ldap], ldap: { url: "ldaps://x", search: { base: y, bind: z } } } | needs both or neither
          { authenticate: [ldap], ldap: { url: "ldaps://x", user: "{name}", plans: { a: b } } } | no accounts.ldap.groups.base
          { authenticate: [ldap], ldap: { url: "ldaps://x", user: "{name}", members-only: true, groups: { base: y } } } | admits nobody
          """)
  void whatDoesNotGoTogetherIsReported(String accounts, String message) {
    assertThat(read(accounts))
        .isInstanceOfSatisfying(
            Read.Wrong.class,
            wrong -> assertThat(wrong.problems().getFirst().toString()).contains(message));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          { authenticate: [local, http], http: { url: "http://127.0.0.1:8090/" } }
          { authenticate: [local, http], http: { url: "http://[::1]:8090/" } }
          { authenticate: [http], http: { url: "https://login.example/a?b=c" } }
          { authenticate: [ldap], ldap: { url: "ldap://x:389/", start-tls: true, user: "{name}" } }
          { authenticate: [ldap], ldap: { url: "ldaps://x", search: { base: "dc=x" } } }
          """)
  void whatGoesTogetherIsTaken(String accounts) {
    assertThat(read(accounts)).isInstanceOf(Read.Ok.class);
  }
}
