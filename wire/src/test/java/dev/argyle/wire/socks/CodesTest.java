package dev.argyle.wire.socks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.wire.Decoded;
import dev.argyle.wire.Destination;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The octets that stand for methods, commands and replies. */
@Tag("unit")
class CodesTest {

  /** Every octet that means something, and what: {@code 00 NONE 01 GSSAPI ...}. */
  private static String meanings(IntFunction<? extends @Nullable Enum<?>> of) {
    StringBuilder meanings = new StringBuilder();
    for (int octet = 0; octet <= 0xFF; octet++) {
      Enum<?> meaning = of.apply(octet);
      if (meaning != null) {
        meanings.append("%02X %s ".formatted(octet, meaning.name()));
      }
    }
    return meanings.toString().strip();
  }

  @Test
  void methodsAreThoseOfTheRfc() {
    assertThat(meanings(Method::of)).isEqualTo("00 NONE 01 GSSAPI 02 PASSWORD");
  }

  @Test
  void commandsAreThoseOfTheRfc() {
    assertThat(meanings(Command::of)).isEqualTo("01 CONNECT 02 BIND 03 UDP");
  }

  @Test
  void repliesAreThoseOfTheRfc() {
    assertThat(meanings(ReplyCode::of))
        .isEqualTo(
            "00 SUCCEEDED 01 GENERAL_FAILURE 02 NOT_ALLOWED 03 NETWORK_UNREACHABLE"
                + " 04 HOST_UNREACHABLE 05 CONNECTION_REFUSED 06 TTL_EXPIRED"
                + " 07 COMMAND_NOT_SUPPORTED 08 ADDRESS_TYPE_NOT_SUPPORTED");
  }

  @Test
  void aCodeIsItsOctet() {
    assertThat(Method.values()).allMatch(method -> Method.of(method.code()) == method);
    assertThat(Command.values()).allMatch(command -> Command.of(command.code()) == command);
    assertThat(ReplyCode.values()).allMatch(code -> ReplyCode.of(code.code()) == code);
  }

  @Test
  void commandsHaveTheWordsOfTheRulesAndTheLog() {
    assertThat(Arrays.stream(Command.values()).map(Command::word))
        .containsExactly("connect", "bind", "udp");
  }

  @ParameterizedTest
  @CsvSource({"01, CONNECT", "02, BIND", "03, UDP"})
  void aRequestSaysItsCommandAsItWasRead(String octet, Command command) {
    byte[] octets = HexFormat.of().parseHex("05" + octet + "0001C00002010050");
    assertThat(Request.read(ByteBuffer.wrap(octets)))
        .isInstanceOfSatisfying(
            Decoded.Message.class,
            message -> {
              Request request = (Request) message.value();
              assertThat(request.command()).isEqualTo(command);
              assertThat(request.octets()).isEqualTo(octets);
            });
  }

  @Test
  void everyKindOfRequestHasACommandOfItsOwn() {
    Destination place = Destination.UNSPECIFIED;
    List<Request> requests =
        List.of(
            new Request.Connect(place), new Request.Bind(place), new Request.UdpAssociate(place));
    assertThat(requests.stream().map(Request::command)).containsExactly(Command.values());
  }

  @ParameterizedTest
  @EnumSource
  void aChosenMethodIsTheOneThatWasPicked(Method method) {
    MethodChoice choice = MethodChoice.of(method);
    assertThat(choice.method()).isEqualTo(method);
    assertThat(choice.octets()).containsExactly(5, method.code());
  }

  @Test
  void methodsAreOfferedInTheOrderOfTheirOctets() {
    Greeting all = new Greeting(Set.of(Method.PASSWORD, Method.NONE, Method.GSSAPI));
    assertThat(all.octets()).containsExactly(5, 3, 0, 1, 2);
  }

  @Test
  void aFailureIsToldWithZerosWhateverWasAskedFor() {
    IntStream.rangeClosed(1, 8)
        .forEach(
            code ->
                assertThat(Reply.failure(code(code)).octets())
                    .containsExactly(5, code, 0, 1, 0, 0, 0, 0, 0, 0));
  }

  private static ReplyCode code(int octet) {
    ReplyCode code = ReplyCode.of(octet);
    return code == null ? ReplyCode.SUCCEEDED : code;
  }
}
