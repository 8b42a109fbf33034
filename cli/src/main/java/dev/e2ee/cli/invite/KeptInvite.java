package dev.e2ee.cli.invite;

import dev.e2ee.cli.io.Printable;
import dev.e2ee.invite.Invite;
import dev.e2ee.invite.InviteAcceptance;
import dev.e2ee.invite.InviteCode;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * An invite that this device has made or accepted, as it stands.
 *
 * @param file where it is kept
 * @param id 32 hex digits
 * @param made by this device, and not accepted
 * @param state how far it has come
 * @param expires to the minute
 * @param accepter the other device's id, where this one has made the invite and knows it
 */
record KeptInvite(
    Path file, String id, boolean made, State state, Instant expires, String accepter) {
  /** How far an invite has come. */
  enum State {
    /** Nobody has answered yet. */
    OPEN,
    /** A request or an answer was taken. */
    USED,
    /** Nothing comes of it any more. */
    ENDED
  }

  static KeptInvite of(Path file, Invite invite) {
    return new KeptInvite(
        file,
        HexFormat.of().formatHex(invite.inviteId()),
        true,
        state(invite.isEnded(), invite.isTaken()),
        invite.expires(),
        invite.isTaken() ? invite.accepter().deviceId() : "");
  }

  static KeptInvite of(Path file, InviteAcceptance acceptance) {
    return new KeptInvite(
        file,
        HexFormat.of().formatHex(acceptance.inviteId()),
        false,
        state(acceptance.isEnded(), acceptance.isAnswered()),
        acceptance.expires(),
        "");
  }

  private static State state(boolean ended, boolean used) {
    return ended ? State.ENDED : used ? State.USED : State.OPEN;
  }

  /** A message of what was exchanged in time may still be on its way; a request may not. */
  boolean isOver(Instant now) {
    boolean underway = state == State.USED || (state == State.OPEN && !made);
    Instant end = expires.plus(underway ? InviteCode.LONGEST : InviteCode.TOLERANCE);
    return now.isAfter(end);
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("invite", id);
    json.put("by", made ? "this device" : "another device");
    json.put("state", word());
    json.put("expires", expires);
    if (!accepter.isEmpty()) {
      json.put("device", accepter);
    }
    return json;
  }

  private String word() {
    return state.toString().toLowerCase(Locale.ROOT);
  }

  String line() {
    return String.format(
        "%s  %-8s  %-5s  until %s%s",
        id,
        made ? "made" : "accepted",
        word(),
        expires,
        accepter.isEmpty() ? "" : "  by '" + Printable.of(accepter) + "'");
  }
}
