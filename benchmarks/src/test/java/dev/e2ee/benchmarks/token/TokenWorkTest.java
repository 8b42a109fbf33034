package dev.e2ee.benchmarks.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class TokenWorkTest {
  private static final List<String> ARGUMENTS =
      List.of("/module.so", "7", "0f".repeat(16), "wrap", "8", "10", "20", "aa", "", "00ff");

  @Test
  void argumentsAreReadAsTheyWereWritten() {
    TokenWork work = TokenWork.parse(ARGUMENTS);
    assertEquals(Operation.WRAP, work.operation());
    assertEquals(8, work.threads());
    assertEquals(ARGUMENTS, work.arguments());
  }

  @Test
  void anUnknownOperationIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> Operation.of("seal"));
  }
}
