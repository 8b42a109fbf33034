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
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/** What a device keeps of its invites, each in a file that is sealed by its key store. */
record InviteFolder(Path directory) {
  private static final String FOLDER = "invites";
  private static final String INVITER = ".inviter";
  private static final String ACCEPTER = ".accepter";
  private static final byte[] MAGIC = {'E', '2', 'I', 'V', 1};
  private static final int ID_AT = 6;
  private static final int ID_END = ID_AT + 16;

  static InviteFolder of(LocalDevice local) {
    return new InviteFolder(local.folder(FOLDER));
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

  /** The invite with this id that this device has made. */
  Optional<Invite> invite(LocalDevice local, byte[] id)
      throws IOException, GeneralSecurityException {
    Path file = file(id, INVITER);
    return Files.exists(file)
        ? Optional.of(Invite.resume(local.identity(), local.envelope(), Files.readAllBytes(file)))
        : Optional.empty();
  }

  /** The invite with this id that this device has accepted. */
  Optional<InviteAcceptance> acceptance(LocalDevice local, byte[] id)
      throws IOException, GeneralSecurityException {
    Path file = file(id, ACCEPTER);
    return Files.exists(file)
        ? Optional.of(
            InviteAcceptance.resume(local.identity(), local.envelope(), Files.readAllBytes(file)))
        : Optional.empty();
  }
}
