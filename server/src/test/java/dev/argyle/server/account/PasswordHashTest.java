package dev.argyle.server.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("property")
@net.jqwik.api.Tag("property")
class PasswordHashTest {

  private static final String LONG = "x".repeat(255);
  private static final String NOT_UTF8 = "p\u00c3\u00a4ss\u00ff\u0080"; // octets, as ISO 8859-1

  private final Argon2Memory memory = new Argon2Memory();

  /** The vectors of the reference implementation's own test. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
        "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8",
        "$argon2i$m=256,t=2,p=1$c29tZXNhbHQ$/U3YPXYsSb3q9XxHvc0MLxur+GP960kN9j7emXX8zwY"
      })
  void argon2OfTheReferenceImplementation(String phc) {
    PasswordHash hash = good(phc);

    assertThat(hash.matches(ascii("password"), memory)).isTrue();
    assertThat(hash.matches(ascii("Password"), memory)).isFalse();
    assertThat(hash.current()).isFalse();
  }

  /** Made with crypt(3) of libxcrypt; the defaults of Debian, and what costs least. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "$y$j9T$F5Jx5fExrKuPp53xLKQ..1$GmcwIgvdUC9qLWcKCi6gklUa1dM3ziD43YxYNURLKy0",
        "$y$j75$F5Jx5fExrKuPp53xLKQ..1$l5YiXCKNY/N9ezall4xjJAFS/wg.kWVcFXfOzyxVn1."
      })
  void yescryptOfTheSystem(String phc) {
    assumeTrue(LibCrypt.isThere(), "this system has no libcrypt");
    PasswordHash hash = good(phc);
    assertThat(hash.matches(ascii("secret"), memory)).isTrue();
    assertThat(hash.matches(ascii("Secret"), memory)).isFalse();
    assertThat(hash.matches(ascii("secret\0more"), memory)).as("C sees the beginning").isFalse();
    assertThat(hash.current()).isFalse();
    assertThat(hash.isCostly()).isFalse();
    assertThat(hash.toString()).doesNotContain("$");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$y$jB.$F5Jx5fExrKuPp53xLKQ..1$GmcwIgvdUC9qLWcKCi6gklUa1dM3ziD43YxYNURLKy", // short
        "$y$jCT$F5Jx5fExrKuPp53xLKQ..1$GmcwIgvdUC9qLWcKCi6gklUa1dM3ziD43YxYNURLKy0", // 128 MiB
        "$y$jZZ$F5Jx5fExrKuPp53xLKQ..1$GmcwIgvdUC9qLWcKCi6gklUa1dM3ziD43YxYNURLKy0",
        "$y$j9T$$GmcwIgvdUC9qLWcKCi6gklUa1dM3ziD43YxYNURLKy0",
        "$y$./.$F5Jx5fExrKuPp53xLKQ..1$GmcwIgvdUC9qLWcKCi6gklUa1dM3ziD43YxYNURLKy0"
      })
  void yescryptBeyondItsBoundsIsNotTaken(String phc) {
    assertThat(PasswordHash.parse(phc)).isInstanceOf(PasswordHash.Parsed.Bad.class);
  }

  /** Made with crypt(3) of libxcrypt: "secret", 255 octets, and octets that are not UTF-8. */
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "$2b$05$abcdefghijklmnopqrstuu, OQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a,"
            + " jf8SX2ahXLwp9w/B.Y5XdysS6yR576q, oBQBo4NFfSoGm4YsCyFrn9HgA3n6BBm",
        "$2a$05$abcdefghijklmnopqrstuu, OQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a,"
            + " jf8SX2ahXLwp9w/B.Y5XdysS6yR576q, oBQBo4NFfSoGm4YsCyFrn9HgA3n6BBm",
        "$2y$05$abcdefghijklmnopqrstuu, OQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a,"
            + " jf8SX2ahXLwp9w/B.Y5XdysS6yR576q, oBQBo4NFfSoGm4YsCyFrn9HgA3n6BBm",
        "$5$rounds=1000$saltstring$, AH5PD0i.riCRu4BNDy9v7OPV7u3dfLBApcXI6khquVA,"
            + " zn0PlJxFInglOhc9b84Q1eLOFsUlXpFshVUx7JnCOjB,"
            + " 0Kb6xsAuRztPkpnXZKZ.9ShKuxG.VoG2bN4IkJPqE39",
        "$5$abc./$, b1MfR9GnxbIgGI9uTCtzjR6f5JirSNdETLd32lr04T2,"
            + " rjSkhAeyrmKvTaJVCEozt6gczKDawpvptgaJPZkynu.,"
            + " mG7khoDC/GTK.a4zUGMW.fBCXf.6Wtr0.XDI0eCog/4",
        "$6$rounds=1400$anotherlongsalts$,"
            + " Twf2eP6WMY29NT9yg1Nff0x6Ul/TWD9vkV2VVPyEX7uifmXI0FHGx3rX27ttfZtfB9phxv3003yyBPq3nGFb8.,"
            + " BweLBLNccwp8b0cC3twfb35weS5OKi47n/9SgHGUZMuSMu0Ywxfx.Y4niS8yU85kHouLfp4sp3NR2S7O/VCJS0,"
            + " sboJrJtckPWO6RT7Sv11B2NipxgXsSyoAr7oHbWJYgzCfRFol5E8HWl7S.qQki1llK7sLBwT7F2QggXKnfAFW/",
        "$6$s$,"
            + " 0ONk7Cb6vQHj.WRVKbGZ0Y86yhuLam11L92a6wziCUwhPAmO1YdgYIoxpvS.wNpwTsZveSEo7dJ07No6GUEhX0,"
            + " eCsIdTcqoX6gNx3i5sO1nI/5Y4ikXO77mDJOnU7y1MNSRH20Bv1be.b8cfRUe0SKy2d56d4DRdJJ45kr/g5PQ/,"
            + " vz0E4Dp2jAeQNsgl9N3uk6vTH9TRP3QJyyEk.nnspO3jADr/uZnSEJ698Fu2/O.3ulj/3yg8/qR8epNTPMtPt0"
      })
  void bcryptAndShaCryptOfTheSystem(
      String settings, String ofSecret, String ofLong, String ofOctets) {
    assertThat(good(settings + ofSecret).matches(ascii("secret"), memory)).isTrue();
    assertThat(good(settings + ofLong).matches(ascii(LONG), memory)).isTrue();
    assertThat(good(settings + ofOctets).matches(ascii(NOT_UTF8), memory)).isTrue();
    assertThat(good(settings + ofSecret).matches(ascii("secreT"), memory)).isFalse();
    assertThat(good(settings + ofSecret).current()).isFalse();
  }

  /** The specification's first password and salt; the hashes are libxcrypt's. */
  @Test
  void shaCryptWithoutRounds() {
    assertThat(
            good("$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5")
                .matches(ascii("Hello world!"), memory))
        .isTrue();
    assertThat(
            good("$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLi"
                    + "BFdcbYEdFCoEOfaS35inz1")
                .matches(ascii("Hello world!"), memory))
        .isTrue();
  }

  @Test
  void ourOwnIsCurrentAndReadBack() {
    String phc = Argon2Hash.create(ascii("secret"), memory);

    assertThat(phc).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
    assertThat(good(phc).current()).isTrue();
    assertThat(good(phc).matches(ascii("secret"), memory)).isTrue();
    assertThat(good(phc).matches(ascii("secre"), memory)).isFalse();
    assertThat(Argon2Hash.create(ascii("secret"), memory)).isNotEqualTo(phc);
  }

  @Test
  void verifyingLeavesThePasswordAsItIs() {
    byte[] password = ascii("secret");
    for (String phc : new String[] {Book.CHEAP, "$5$abc./$" + "b".repeat(43)}) {
      good(phc).matches(password, memory);
    }
    assertThat(password).isEqualTo(ascii("secret"));
  }

  @ParameterizedTest
  @CsvSource({"65536, true", "65537, false", "8, true", "7, false"})
  void argon2MemoryIsBounded(int kibioctets, boolean taken) {
    assertTaken(argon2("m=" + kibioctets + ",t=2,p=1"), taken);
  }

  @ParameterizedTest
  @CsvSource({"1, 1, true", "16, 16, true", "17, 1, false", "1, 17, false", "0, 1, false"})
  void argon2PassesAndLanesAreBounded(int passes, int lanes, boolean taken) {
    assertTaken(argon2("m=256,t=" + passes + ",p=" + lanes), taken);
  }

  @ParameterizedTest
  @CsvSource({"03, false", "04, true", "14, true", "15, false"})
  void bcryptCostIsBounded(String cost, boolean taken) {
    assertTaken("$2b$" + cost + "$" + "a".repeat(53), taken);
  }

  @ParameterizedTest
  @CsvSource({"999, false", "1000, true", "1000000, true", "1000001, false"})
  void shaCryptRoundsAreBounded(int rounds, boolean taken) {
    assertTaken("$5$rounds=" + rounds + "$salt$" + "a".repeat(43), taken);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "$",
        "secret",
        "{SSHA}abc",
        "$1$abc$def",
        "$y$j9T$abc$def",
        "$2x$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a",
        "$5$salt$short",
        "$6$$aaa",
        "$argon2id$v=18$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$argon2id$v=19$m=256,t=2,p=1$c29t$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65"
      })
  void whatIsNoHashOfOursIsNotTaken(String phc) {
    assertTaken(phc, false);
  }

  @Property
  void readingNeverThrows(@ForAll String text) {
    PasswordHash.parse(text);
    PasswordHash.parse("$5$" + text);
    PasswordHash.parse("$argon2id$" + text);
    PasswordHash.parse("$2b$" + text);
  }

  private static String argon2(String parameters) {
    return "$argon2id$v=19$"
        + parameters
        + "$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
  }

  private static void assertTaken(String phc, boolean taken) {
    assertThat(PasswordHash.parse(phc))
        .isInstanceOf(taken ? PasswordHash.Parsed.Good.class : PasswordHash.Parsed.Bad.class);
  }

  private static PasswordHash good(String phc) {
    return ((PasswordHash.Parsed.Good) PasswordHash.parse(phc)).hash();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
