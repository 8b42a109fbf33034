package dev.e2ee.invite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.invite.InvalidInviteCodeException.Reason;
import dev.e2ee.recovery.InvalidRecoveryCodeException;
import dev.e2ee.recovery.RecoveryCode;
import dev.e2ee.testing.Refused;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** {@code testvectors/spec/invite.md}, section 2. */
class InviteCodeTest {
  private static Reason refusal(String typed, Clock clock) {
    return Refused.with(
            InvalidInviteCodeException.class, () -> InviteCode.parse(typed.toCharArray(), clock))
        .reason();
  }

  private static Reason refusal(String typed) {
    return refusal(typed, Meeting.at(Duration.ZERO));
  }

  private static String shown(Meeting meeting) {
    try (InviteCode code = meeting.invite.code()) {
      return new String(code.text());
    }
  }

  @Test
  void isReadAsPeopleTypeIt() throws GeneralSecurityException {
    try (Meeting meeting = Meeting.begun()) {
      String text = shown(meeting);
      assertTrue(text.matches("([0-9A-HJKMNP-TV-Z]{4}-){9}[0-9A-HJKMNP-TV-Z]{4}"), "its form");
      // [invite-2]
      for (String typed :
          new String[] {
            text,
            text.toLowerCase(Locale.ROOT).replace("-", " "),
            text.replace('0', 'o').replace('1', 'l').replace("-", ""),
            "\t" + text.replace('1', 'I') + "\r\n"
          }) {
        try (InviteCode code = InviteCode.parse(typed.toCharArray(), Meeting.at(Duration.ZERO))) {
          assertArrayEquals(text.toCharArray(), code.text());
          assertEquals(meeting.invite.expires(), code.expires());
        }
      }
    }
  }

  /** [invite-1] */
  @Test
  void eachInviteHasASecretOfItsOwnAndABoundedLife() throws GeneralSecurityException {
    try (Meeting one = Meeting.begun();
        Meeting two = Meeting.begun()) {
      assertNotEquals(shown(one), shown(two));
      assertEquals(Instant.parse("2026-11-29T13:01:00Z"), one.invite.expires());
      for (Duration wrong :
          new Duration[] {
            Duration.ofSeconds(59), Duration.ofDays(30).plusNanos(1), Duration.ofDays(-1)
          }) {
        String said =
            Refused.with(
                    IllegalArgumentException.class, () -> Invite.createInvite(one.laptop, wrong))
                .getMessage();
        assertTrue(said.contains("1 minute to 30 days"), said);
      }
      for (Duration right : new Duration[] {Duration.ofMinutes(1), Duration.ofDays(30)}) {
        try (Invite invite = Invite.createInvite(one.laptop, right);
            InviteCode code = invite.code()) {
          InviteCode.parse(code.text()).close();
        }
      }
    }
  }

  @Test
  void everyTypingErrorIsTold() throws GeneralSecurityException {
    try (Meeting meeting = Meeting.begun()) {
      String text = shown(meeting);
      // [invite-2]
      for (int at = 0; at < text.length(); at++) {
        if (text.charAt(at) != '-') {
          String head = text.substring(0, at);
          String tail = text.substring(at + 1);
          assertEquals(Reason.TYPING_ERROR, refusal(head + tail));
          assertEquals(Reason.TYPING_ERROR, refusal(head + "U" + tail));
          assertEquals(
              Reason.TYPING_ERROR, refusal(head + (text.charAt(at) == '7' ? "8" : "7") + tail));
        }
      }
      assertEquals(Reason.TYPING_ERROR, refusal(""));
      assertEquals(Reason.TYPING_ERROR, refusal(text + "0"));
    }
  }

  /** [invite-3] And an invite is no recovery code. */
  @Test
  void aRecoveryCodeIsToldAsThat() throws GeneralSecurityException {
    try (RecoveryCode recovery = RecoveryCode.generate();
        Meeting meeting = Meeting.begun()) {
      String typed = new String(recovery.text());
      assertEquals(Reason.RECOVERY_CODE, refusal(typed));
      assertEquals(Reason.RECOVERY_CODE, refusal(typed.toLowerCase(Locale.ROOT)));
      char[] mistyped = typed.toCharArray();
      mistyped[0] = mistyped[0] == '7' ? '8' : '7';
      assertEquals(Reason.TYPING_ERROR, refusal(new String(mistyped)));
      char[] invite = shown(meeting).toCharArray();
      Refused.with(InvalidRecoveryCodeException.class, () -> RecoveryCode.parse(invite));
      char[] head = Arrays.copyOf(invite, 39);
      Refused.with(InvalidRecoveryCodeException.class, () -> RecoveryCode.parse(head));
    }
  }

  /** [invite-5] An accepter's clock may differ by five minutes. */
  @Test
  void oneThatIsOverOrTooEarlyIsTold() throws GeneralSecurityException {
    try (Meeting meeting = Meeting.begun()) {
      String text = shown(meeting);
      Duration life = Duration.between(Meeting.NOW, meeting.invite.expires());
      Duration last = life.plusMinutes(5);
      InviteCode.parse(text.toCharArray(), Meeting.at(last)).close();
      assertEquals(Reason.EXPIRED, refusal(text, Meeting.at(last.plusMillis(1))));
      Duration first = life.minusDays(30).minusMinutes(6);
      InviteCode.parse(text.toCharArray(), Meeting.at(first)).close();
      assertEquals(Reason.EXPIRES_TOO_LATE, refusal(text, Meeting.at(first.minusMillis(1))));
    }
  }

  @Test
  void aClosedCodeGivesNothing() throws GeneralSecurityException {
    try (Meeting meeting = Meeting.begun()) {
      InviteCode code = meeting.code();
      code.close();
      Refused.with(IllegalStateException.class, code::text);
      Refused.with(
          IllegalStateException.class, () -> InviteAcceptance.acceptInvite(meeting.phone, code));
    }
  }
}
