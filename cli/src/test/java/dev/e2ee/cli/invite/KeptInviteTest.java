package dev.e2ee.cli.invite;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.cli.invite.KeptInvite.State;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What is kept of an invite holds its code, and goes when nothing comes of it any more. */
class KeptInviteTest {
  private static final Instant EXPIRES = Instant.parse("2026-01-01T00:00:00Z");

  private static boolean isOver(boolean made, State state, Duration after) {
    KeptInvite kept = new KeptInvite(Path.of("kept"), "00".repeat(16), made, state, EXPIRES, "");
    return kept.isOver(EXPIRES.plus(after));
  }

  @Test
  void whatNobodyHasUsedGoesAfterItsTime() {
    assertFalse(isOver(true, State.OPEN, Duration.ofMinutes(5)));
    assertTrue(isOver(true, State.OPEN, Duration.ofMinutes(6)));
  }

  @Test
  void whatHasEndedIsKnownUntilItsCodeIsRefused() {
    for (boolean made : new boolean[] {true, false}) {
      assertFalse(isOver(made, State.ENDED, Duration.ofMinutes(5)));
      assertTrue(isOver(made, State.ENDED, Duration.ofMinutes(6)));
    }
  }

  @Test
  void whatWasExchangedInTimeIsKeptForALateMessage() {
    assertFalse(isOver(false, State.OPEN, Duration.ofDays(30)));
    assertTrue(isOver(false, State.OPEN, Duration.ofDays(31)));
    for (boolean made : new boolean[] {true, false}) {
      assertFalse(isOver(made, State.USED, Duration.ofDays(30)));
      assertTrue(isOver(made, State.USED, Duration.ofDays(31)));
    }
  }
}
