package dev.e2ee.testvectors.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.e2ee.testvectors.conformance.Check.NotOfferedException;
import dev.e2ee.testvectors.conformance.Check.RejectedException;
import dev.e2ee.testvectors.conformance.Check.WrongResultException;
import dev.e2ee.testvectors.conformance.vector.TestVector;
import java.security.InvalidKeyException;
import java.security.ProviderException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is right and what is not: each answer of a subject to each kind of test. */
class JudgeTest {
  private static Result judged(String expectation, String answer) {
    var json = JsonNodeFactory.instance.objectNode().put("tcId", 7).put("result", expectation);
    TestVector vector = new TestVector(JsonNodeFactory.instance.objectNode(), json);
    return Judge.of((subject, test) -> answer(answer), new Subject(List.of()), vector);
  }

  private static String answer(String answer)
      throws NotOfferedException, WrongResultException, InvalidKeyException, RejectedException {
    switch (answer) {
      case "right" -> {
        return "a remark";
      }
      case "wrong" -> throw WrongResultException.accepted("01", "02");
      case "wrong error" -> throw WrongResultException.refused("malformed", "not-authentic");
      case "refused" -> throw new InvalidKeyException("no");
      case "false" -> throw new RejectedException("verify says false");
      case "unchecked" -> throw new ProviderException("oops");
      case "error" -> throw new AssertionError("oops");
      case "not offered" -> throw new NotOfferedException("no such thing");
      default -> throw new IllegalArgumentException(answer);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "valid,right,PASSED",
    "valid,wrong,DEVIATING",
    "valid,refused,DEVIATING",
    "valid,false,DEVIATING",
    "valid,unchecked,DEVIATING",
    "valid,error,DEVIATING",
    "valid,not offered,UNSUPPORTED",
    "acceptable,right,PASSED",
    "acceptable,wrong,DEVIATING",
    "acceptable,refused,PASSED",
    "acceptable,false,PASSED",
    "acceptable,unchecked,DEVIATING",
    "invalid,right,DEVIATING",
    "invalid,wrong,DEVIATING",
    "invalid,wrong error,DEVIATING",
    "invalid,refused,PASSED",
    "invalid,false,PASSED",
    "invalid,unchecked,DEVIATING",
    "invalid,error,DEVIATING",
    "invalid,not offered,UNSUPPORTED"
  })
  void eachAnswerToEachKind(String expectation, String answer, Outcome outcome) {
    assertEquals(outcome, judged(expectation, answer).outcome());
    assertEquals(7, judged(expectation, answer).tcId());
  }

  @ParameterizedTest
  @CsvSource({
    "valid,wrong,01,02",
    "invalid,wrong,refused,02",
    "invalid,wrong error,malformed,not-authentic",
    "valid,unchecked,right result,java.security.ProviderException: oops",
    "invalid,right,refused,accepted",
    "valid,not offered,right result,no such thing"
  })
  void bothAreSaid(String expectation, String answer, String expected, String seen) {
    Result result = judged(expectation, answer);
    assertTrue(result.expected().contains(expected), result.toString());
    assertTrue(result.seen().contains(seen), result.toString());
  }
}
