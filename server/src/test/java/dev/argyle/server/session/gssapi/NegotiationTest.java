package dev.argyle.server.session.gssapi;

import static dev.argyle.wire.gssapi.Protection.CONFIDENTIALITY;
import static dev.argyle.wire.gssapi.Protection.INTEGRITY;
import static dev.argyle.wire.gssapi.Protection.NONE;
import static dev.argyle.wire.gssapi.Protection.SELECTIVE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argyle.server.session.gssapi.Negotiation.Step;
import dev.argyle.wire.gssapi.GssapiFrame;
import dev.argyle.wire.gssapi.GssapiFrame.Purpose;
import dev.argyle.wire.gssapi.GssapiFrame.Token;
import dev.argyle.wire.gssapi.Protection;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Contexts and levels, with tokens of a real KDC. */
@Tag("play")
class NegotiationTest {

  private static Negotiation negotiation(boolean nec, Protection... levels) throws IOException {
    return Initiator.service(nec, levels).negotiation();
  }

  private static Negotiation negotiation() throws IOException {
    return negotiation(false, CONFIDENTIALITY, INTEGRITY);
  }

  private static String refusal(Step step) {
    assertThat(step).isInstanceOf(Step.Refused.class);
    return ((Step.Refused) step).words();
  }

  private static Initiator established(Negotiation negotiation) throws Exception {
    Initiator client = Initiator.of("ana");
    if (!(negotiation.next(client.begin()) instanceof Step.Continue(Token answer))) {
      throw new AssertionError("no context");
    }
    client.take(answer);
    return client;
  }

  @ParameterizedTest
  @CsvSource({
    "1, 'CONFIDENTIALITY INTEGRITY', 1",
    "2, 'CONFIDENTIALITY INTEGRITY', 2",
    "3, 'SELECTIVE INTEGRITY', 3",
    "3, 'INTEGRITY CONFIDENTIALITY', 2",
    "2, 'INTEGRITY', 1",
    "1, 'SELECTIVE NONE', 3",
    "0, 'INTEGRITY', 1",
    "0, 'NONE INTEGRITY', 0",
    "9, 'NONE INTEGRITY', 1",
    "255, 'NONE', 0"
  })
  void wantedLevelIsGrantedIfItIsOfferedElseTheStrongestThatIs(
      int wanted, String offered, int granted) throws Exception {
    Protection[] levels =
        Arrays.stream(offered.split(" ")).map(Protection::valueOf).toArray(Protection[]::new);
    Initiator client = Initiator.of("ana");
    Step.Agreed agreed = client.agree(negotiation(false, levels), wanted);
    assertThat(agreed.answer().purpose()).isEqualTo(Purpose.PROTECTION_LEVEL);
    assertThat(client.unwrap(agreed.answer().value())).containsExactly(granted);
    assertThat(agreed.user()).isEqualTo("ana");
    assertThat(agreed.seal() == null).isEqualTo(granted == 0);
  }

  @Test
  void bareLevelMeansThatNothingIsWrappedAndOnlyWhereThatIsConfigured() throws Exception {
    Token bare = new Token(Purpose.PROTECTION_LEVEL, new byte[] {1});
    Negotiation nec = negotiation(true, CONFIDENTIALITY);
    established(nec);
    assertThat(nec.next(bare))
        .isInstanceOfSatisfying(
            Step.Agreed.class,
            agreed -> {
              assertThat(agreed.seal()).isNull();
              assertThat(agreed.answer().value()).containsExactly(0);
            });
    Negotiation standard = negotiation();
    established(standard);
    assertThat(refusal(standard.next(bare))).contains("wanted level");
  }

  @Test
  void wrappedLevelIsUnderstoodUnderNecToo() throws Exception {
    Step.Agreed agreed = Initiator.of("ana").agree(negotiation(true, CONFIDENTIALITY), 2);
    assertThat(agreed.seal()).isNotNull();
  }

  @Test
  void tokenThatMakesNoSenseIsRefused() throws Exception {
    Token good = Initiator.of("ana").begin();
    for (int length = 0; length < good.value().length; length += 7) {
      Token cut = new Token(Purpose.CONTEXT, Arrays.copyOf(good.value(), length));
      assertThat(negotiation().next(cut)).isInstanceOf(Step.Refused.class);
    }
  }

  @Test
  void tokenThatWasChangedIsRefused() throws Exception {
    Token good = Initiator.of("ana").begin();
    for (int at = 0; at < good.value().length; at += 11) {
      byte[] changed = good.value().clone();
      changed[at] ^= 0x20;
      Step step = negotiation().next(new Token(Purpose.CONTEXT, changed));
      if (step instanceof Step.Continue) { // an octet that Kerberos ignores, or cannot protect
        assertThat(at).isLessThan(100);
      }
    }
  }

  @Test
  void tokenThatCameBeforeIsRefused() throws Exception {
    Token token = Initiator.of("ana").begin();
    assertThat(negotiation().next(token)).isInstanceOf(Step.Continue.class);
    assertThat(refusal(negotiation().next(token))).contains("replayed");
  }

  @Test
  void userOfAnotherRealmIsRefusedByName() throws Exception {
    Step step = negotiation().next(Initiator.of("otto").begin());
    assertThat(step)
        .isEqualTo(new Step.Refused("of another realm than ARGYLE.TEST", "otto@ELSEWHERE.TEST"));
  }

  @Test
  void realmMayBeConfigured() throws Exception {
    Negotiation negotiation =
        Initiator.service(null, "ELSEWHERE.TEST", false, INTEGRITY).negotiation();
    assertThat(Initiator.of("otto").agree(negotiation, 1).user()).isEqualTo("otto");
  }

  @Test
  void ticketForAnotherServiceIsRefused() throws Exception {
    Initiator client = Initiator.of("ana", "host/localhost@ARGYLE.TEST", true);
    assertThat(refusal(negotiation().next(client.begin()))).contains("another service");
  }

  @Test
  void serviceMayBeNamed() throws Exception {
    for (String principal : new String[] {"rcmd/localhost", "rcmd/localhost@ARGYLE.TEST"}) {
      Negotiation negotiation = Initiator.service(principal, null, false, INTEGRITY).negotiation();
      assertThat(Initiator.of("ana").agree(negotiation, 1).user()).isEqualTo("ana");
    }
    Initiator client = Initiator.of("ana", "socks/localhost@ARGYLE.TEST", true);
    Negotiation other = Initiator.service("rcmd/localhost", null, false, INTEGRITY).negotiation();
    assertThat(refusal(other.next(client.begin()))).contains("service");
  }

  @Test
  void anyServiceOfTheKeytabIsTakenWhereNoneIsNamed() throws Exception {
    Initiator client = Initiator.of("ana", "socks/localhost@ARGYLE.TEST", true);
    assertThat(client.agree(negotiation(), 1).user()).isEqualTo("ana");
  }

  @Test
  void frameOfAnotherKindIsRefusedInEveryState() throws Exception {
    for (Purpose purpose : new Purpose[] {Purpose.PROTECTION_LEVEL, Purpose.DATA}) {
      assertThat(refusal(negotiation().next(new Token(purpose, new byte[1]))))
          .contains("another kind");
    }
    for (Purpose purpose : new Purpose[] {Purpose.CONTEXT, Purpose.DATA}) {
      Negotiation negotiation = negotiation();
      Initiator client = established(negotiation);
      Token level = new Token(purpose, client.level(1).value());
      assertThat(refusal(negotiation.next(level))).contains("another kind");
    }
  }

  @Test
  void levelIsOneOctet() throws Exception {
    for (byte[] wanted : new byte[][] {{}, {1, 1}}) {
      Negotiation negotiation = negotiation();
      Initiator client = established(negotiation);
      Token level = new Token(Purpose.PROTECTION_LEVEL, client.wrap(false, wanted));
      assertThat(refusal(negotiation.next(level))).contains("not one octet");
    }
  }

  @Test
  void longestTokenIsLookedAtAndNoMore() throws Exception {
    Token long1 = new Token(Purpose.CONTEXT, new byte[GssapiFrame.MAX_TOKEN_OCTETS]);
    assertThat(negotiation().next(long1)).isInstanceOf(Step.Refused.class);
  }

  @Test
  void neitherLevelNeedsTheClientsLibraryToWatchTheOrder() throws Exception {
    Initiator client = Initiator.of("ana", "rcmd/localhost@ARGYLE.TEST", false);
    Step.Agreed agreed = client.agree(negotiation(false, SELECTIVE, NONE), 3);
    assertThat(agreed.seal()).isNotNull();
  }

  @Test
  void contextIsKeptForASealAlone() throws Exception {
    Initiator client = Initiator.of("ana");
    Seal seal = client.agree(negotiation(false, CONFIDENTIALITY), 2).seal();
    assertThat(seal).isNotNull();
    assertThat(Objects.requireNonNull(seal).unwrap(client.wrap(true, (byte) 7))).containsExactly(7);
    Negotiation given = negotiation();
    established(given);
    given.dispose();
    given.dispose();
    assertThatThrownBy(() -> given.next(client.level(1))).hasMessageContaining("over");
  }

  @Test
  void realmIsNeverTheClientsChoice() throws Exception {
    assertThat(Initiator.service(false, INTEGRITY).realm()).isEqualTo("ARGYLE.TEST");
    assertThat(Initiator.service("rcmd/localhost", null, false, INTEGRITY).realm())
        .isEqualTo("ARGYLE.TEST");
    assertThat(Initiator.service("rcmd/localhost", "ELSEWHERE.TEST", false, INTEGRITY).realm())
        .isEqualTo("ELSEWHERE.TEST");
  }

  @Test
  void eachContextHasAKeyOfOurOwnSoThatNothingRecordedFitsIntoAnother() throws Exception {
    Initiator client = Initiator.of("ana");
    Step.Agreed agreed = client.agree(negotiation(false, CONFIDENTIALITY), 2);
    int acceptorSubkey = 4; // RFC 4121, section 4.2.2
    assertThat(agreed.answer().value()[2] & acceptorSubkey).isNotZero();
    assertThat(client.level(2).value()[2] & acceptorSubkey).isNotZero();
  }
}
