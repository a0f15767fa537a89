package dev.argyle.server.account;

import static dev.argyle.server.account.Book.CHEAP;
import static dev.argyle.server.account.Book.accepted;
import static dev.argyle.server.account.Book.login;
import static dev.argyle.server.account.Book.name;
import static dev.argyle.server.account.Book.octets;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.codec.digest.Sha2Crypt;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Imported hashes that cost much more than ours: estimated, kept apart, and bounded. */
@Tag("unit")
class CostlyHashTest {

  /** Of "secret"; a little more than four times as costly as ours. */
  private static final String COSTLY =
      Sha2Crypt.sha512Crypt(octets("secret"), "$6$rounds=130000$saltsalt");

  private static final String SALT_AND_TAG = "$c2FsdHNhbHRzYWx0c2FsdA$" + "A".repeat(43);

  @TempDir Path data;

  static PasswordHash costly() {
    return parsed(COSTLY);
  }

  private static PasswordHash parsed(String phc) {
    return ((PasswordHash.Parsed.Good) PasswordHash.parse(phc)).hash();
  }

  private static PasswordHash argon2(String parameters) {
    return parsed("$argon2id$v=19$" + parameters + SALT_AND_TAG);
  }

  private static PasswordHash bcrypt(int cost) {
    return parsed("$2b$" + (cost < 10 ? "0" : "") + cost + CHEAP.substring(6));
  }

  private static PasswordHash shaCrypt(String kind, int rounds) {
    String hash = "a".repeat(kind.equals("5") ? 43 : 86);
    return parsed("$" + kind + "$rounds=" + rounds + "$salt$" + hash);
  }

  @Test
  void costIsThatOfOurHashesAndGrowsWithTheParameters() {
    assertThat(argon2("m=19456,t=2,p=1").cost()).isEqualTo(1.0);
    assertThat(argon2("m=65536,t=3,p=4").cost()).isCloseTo(5.05, within(0.01));
    assertThat(bcrypt(5).wholeCost()).isEqualTo(1);
    assertThat(bcrypt(10).cost()).isEqualTo(1.7);
    assertThat(bcrypt(12).cost()).isEqualTo(6.8);
    assertThat(shaCrypt("6", 640_000).cost()).isEqualTo(20.0);
    assertThat(shaCrypt("5", 730_000).cost()).isEqualTo(10.0);
    assertThat(parsed(PasswordHash.NoPassword.TEXT).cost()).isEqualTo(1.0);
  }

  @Test
  void aboveFourTimesOursOrWithMoreMemoryAHashIsCostly() {
    assertThat(argon2("m=19456,t=8,p=1").isCostly()).isFalse();
    assertThat(argon2("m=19456,t=9,p=1").isCostly()).isTrue();
    assertThat(argon2("m=19457,t=1,p=1").isCostly()).isTrue();
    assertThat(bcrypt(11).isCostly()).isFalse();
    assertThat(bcrypt(12).isCostly()).isTrue();
    assertThat(shaCrypt("6", 128_000).isCostly()).isFalse();
    assertThat(shaCrypt("6", 128_001).isCostly()).isTrue();
  }

  @Test
  void costlyHashIsNotComputedWithoutItsTurn() {
    Hashing hashing = new Hashing(1);
    try (AccountBook book = Book.open(data, 10, hashing)) {
      book.importAll(List.of(new ImportFile.Line(name("ana"), COSTLY, true, 1)));
      for (String password : List.of("secret", "guess")) {
        assertThat(login(book, "ana", password)).isEqualTo(new Verdict.Costly());
      }
      assertThat(hashing.hashes()).isZero();
      assertThat(verifyCostly(book, "guess")).isEqualTo(new Verdict.Refused(5));
      assertThat(verifyCostly(book, "secret")).isEqualTo(accepted("ana"));
      assertThat(login(book, "ana", "guess")).isEqualTo(new Verdict.Refused(1)); // now it is ours
    }
  }

  private static Verdict verifyCostly(AccountBook book, String password) {
    return book.verifyCostly(octets("ana"), octets(password)).toCompletableFuture().join();
  }

  private static ImportFile.Read imported(PasswordHash hash) throws Exception {
    String phc =
        switch (hash) {
          case BcryptHash(String text) -> text;
          case ShaCryptHash(String settings, int _, String tail) -> settings + "$" + tail;
          default -> throw new AssertionError();
        };
    return read(phc);
  }

  private static ImportFile.Read read(String phc) throws Exception {
    String file = "bea:" + CHEAP + "\nana:" + phc + "\n";
    return ImportFile.read(new ByteArrayInputStream(file.getBytes(StandardCharsets.US_ASCII)));
  }

  @ParameterizedTest
  @CsvSource({"13, true", "14, false"})
  void importedBcryptMayCostSoMuch(int cost, boolean taken) throws Exception {
    assertTaken(imported(bcrypt(cost)), taken);
  }

  @ParameterizedTest
  @CsvSource({"6, 656000, true", "6, 768000, true", "6, 768001, false", "5, 1000000, true"})
  void importedShaCryptMayCostSoMuch(String kind, int rounds, boolean taken) throws Exception {
    assertTaken(imported(shaCrypt(kind, rounds)), taken);
  }

  @ParameterizedTest
  @CsvSource({"14, true", "15, false"})
  void importedArgon2MayCostSoMuch(int passes, boolean taken) throws Exception {
    assertTaken(read("$argon2id$v=19$m=65536,t=" + passes + ",p=1" + SALT_AND_TAG), taken);
  }

  private static void assertTaken(ImportFile.Read read, boolean taken) {
    if (taken) {
      assertThat(read).isInstanceOf(ImportFile.Lines.class);
      return;
    }
    assertThat(((ImportFile.Rejected) read).problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.number()).isEqualTo(2);
              assertThat(problem.reason())
                  .contains("at most 24 times")
                  .contains("bcrypt up to cost 13")
                  .contains("argyle users password");
            });
  }

  /** What was imported before there was a bound goes on working. */
  @Test
  void storedHashBeyondTheBoundIsStillRead() {
    assertThat(bcrypt(14).wholeCost()).isEqualTo(28);
    assertThat(argon2("m=65536,t=16,p=1").wholeCost()).isEqualTo(27);
    assertThat(shaCrypt("6", 1_000_000).wholeCost()).isEqualTo(32);
  }
}
