package dev.e2ee.cli.invite;

import dev.e2ee.cli.device.LocalDevice;
import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.OwnerOnly;
import dev.e2ee.cli.io.PendingFile;
import dev.e2ee.invite.Invite;
import dev.e2ee.invite.InviteAcceptance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** What a device keeps of its invites, each in a file that is sealed by its key store. */
record InviteFolder(Path directory) {
  private static final String INVITER = ".inviter";
  private static final String ACCEPTER = ".accepter";
  private static final byte[] MAGIC = {'E', '2', 'I', 'V', 1};
  private static final int ID_AT = 6;
  private static final int ID_END = ID_AT + 16;

  static InviteFolder of(LocalDevice local) {
    return new InviteFolder(local.invites());
  }

  /** The id of the invite that a message is of. */
  static byte[] idOf(byte[] message, String input) {
    if (message.length < ID_END || !Arrays.equals(MAGIC, Arrays.copyOf(message, MAGIC.length))) {
      throw new Failure(
          Exit.NOT_AUTHENTIC,
          input + " is no message of an invite",
          "Check that it is the right, whole file.");
    }
    return Arrays.copyOfRange(message, ID_AT, ID_END);
  }

  private Path file(byte[] id, String ending) {
    return directory.resolve(HexFormat.of().formatHex(id) + ending);
  }

  void save(LocalDevice local, Invite invite) throws IOException {
    write(file(invite.inviteId(), INVITER), invite.save(local.envelope()));
  }

  void save(LocalDevice local, InviteAcceptance acceptance) throws IOException {
    write(file(acceptance.inviteId(), ACCEPTER), acceptance.save(local.envelope()));
  }

  private void write(Path file, byte[] sealed) throws IOException {
    OwnerOnly.makeDirectory(directory);
    try (PendingFile pending = PendingFile.write(directory, sealed)) {
      pending.replace(file);
    }
  }

  /** Whether this device has made the invite with this id. */
  boolean hasMade(byte[] id) {
    return Files.exists(file(id, INVITER));
  }

  /** The invite with this id that this device has made. */
  Optional<Invite> invite(LocalDevice local, byte[] id) throws IOException {
    return find(file(id, INVITER), state -> resumed(local, state));
  }

  private static Invite resumed(LocalDevice local, byte[] state) throws GeneralSecurityException {
    return Invite.resume(local.identity(), local.envelope(), state);
  }

  /** The invite with this id that this device has accepted. */
  Optional<InviteAcceptance> acceptance(LocalDevice local, byte[] id) throws IOException {
    return find(file(id, ACCEPTER), state -> resumedAcceptance(local, state));
  }

  private static InviteAcceptance resumedAcceptance(LocalDevice local, byte[] state)
      throws GeneralSecurityException {
    return InviteAcceptance.resume(local.identity(), local.envelope(), state);
  }

  private interface Resuming<T> {
    T of(byte[] state) throws GeneralSecurityException;
  }

  private static <T> Optional<T> find(Path file, Resuming<T> resuming) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(resuming.of(Files.readAllBytes(file)));
    } catch (GeneralSecurityException e) {
      throw new Failure(
          Exit.NOT_AUTHENTIC,
          "what this device has kept of the invite is not its own: " + e.getMessage(),
          "Restore " + file + " from a copy, or delete it and make a new invite.",
          e);
    }
  }

  /**
   * Deletes what nothing comes of any more: it holds the codes.
   *
   * @param tell is told of each file that does not open, and stays
   * @return what is kept, but for what is nobody's
   */
  List<KeptInvite> sweep(LocalDevice local, Consumer<String> tell) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    List<Path> files;
    try (Stream<Path> all = Files.list(directory)) {
      files = all.sorted().toList();
    }
    Instant now = Instant.now();
    List<KeptInvite> rest = new ArrayList<>();
    for (Path file : files) {
      KeptInvite kept = readable(local, file, tell).orElse(null);
      if (kept != null && kept.isOver(now)) {
        Files.deleteIfExists(file);
      } else if (kept != null) {
        rest.add(kept);
      }
    }
    return rest;
  }

  private static Optional<KeptInvite> readable(
      LocalDevice local, Path file, Consumer<String> tell) {
    try {
      return kept(local, file);
    } catch (Failure e) {
      tell.accept("e2ee: an invite is passed over: " + e.what() + ". " + e.advice());
    } catch (IOException e) {
      tell.accept("e2ee: an invite is passed over: " + file + " cannot be read: " + e.getMessage());
    }
    return Optional.empty();
  }

  private static Optional<KeptInvite> kept(LocalDevice local, Path file) throws IOException {
    if (file.toString().endsWith(INVITER)) {
      try (Invite invite = find(file, state -> resumed(local, state)).orElse(null)) {
        return Optional.ofNullable(invite).map(found -> KeptInvite.of(file, found));
      }
    }
    if (file.toString().endsWith(ACCEPTER)) {
      try (InviteAcceptance acceptance =
          find(file, state -> resumedAcceptance(local, state)).orElse(null)) {
        return Optional.ofNullable(acceptance).map(found -> KeptInvite.of(file, found));
      }
    }
    return Optional.empty();
  }
}
