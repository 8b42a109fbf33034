package dev.e2ee.custody.pkcs11.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LooksTest {
  private final Looks looks = new Looks();

  /** How many are left out before the next look. */
  private int leftOut() {
    int count = 0;
    while (!looks.begin()) {
      count++;
    }
    return count;
  }

  @Test
  void afterEachLookInVainTwiceAsManyAreLeftOut() {
    assertEquals(0, leftOut());
    for (int expected : new int[] {1, 2, 4, 8, 16, 32, 32}) {
      looks.end(true);
      assertFalse(looks.paid());
      assertEquals(expected, leftOut());
    }
  }

  @Test
  void afterOneWithSuccessNoneIsLeftOut() {
    for (boolean inVain : new boolean[] {true, true, false}) {
      leftOut();
      looks.end(inVain);
    }
    assertTrue(looks.paid());
    assertEquals(0, leftOut());
    looks.end(true);
    assertEquals(1, leftOut());
  }

  @Test
  void onlySixteenLookAtOnce() {
    for (int i = 0; i < 16; i++) {
      assertTrue(looks.begin());
    }
    assertFalse(looks.begin());
    looks.end(false);
    assertTrue(looks.begin());
    assertFalse(looks.begin());
  }
}
