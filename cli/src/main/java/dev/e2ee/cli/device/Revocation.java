package dev.e2ee.cli.device;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.device.DeviceRegistry.State;
import dev.e2ee.envelope.RecordContext;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Optional;

/**
 * A revocation under way: what was decided, so that a run that was cut off is repeated and goes on
 * where it was. It is kept before anything is changed, and gone when everything is done.
 *
 * @param deviceId who goes
 * @param generationBefore the one that sealed when it was decided: the newest that it can have
 */
record Revocation(String deviceId, int generationBefore) {
  private static final String SEPARATOR = "\n";
  private static final RecordContext CONTEXT =
      RecordContext.of("this device", "e2ee-device-revocation", "v1");

  /** The one that is under way. */
  static Optional<Revocation> pending(LocalDevice local) throws IOException {
    Optional<byte[]> sealed = local.folder().read(DeviceFolder.REVOCATION);
    if (sealed.isEmpty()) {
      return Optional.empty();
    }
    try {
      String[] parts =
          new String(local.envelope().open(sealed.get(), CONTEXT), UTF_8).split(SEPARATOR, 2);
      return Optional.of(new Revocation(parts[1], Integer.parseInt(parts[0])));
    } catch (GeneralSecurityException | RuntimeException e) {
      throw new Failure(
          Exit.NOT_AUTHENTIC,
          "the unfinished revocation in " + local.folder().directory() + " is not this device's",
          "Restore " + DeviceFolder.REVOCATION + " from a copy, or remove it and revoke anew.",
          e);
    }
  }

  /**
   * Goes on with the one that is under way, or begins.
   *
   * @throws Failure CUSTODY when another one is under way, or the device cannot be revoked
   */
  static Revocation begin(LocalDevice local, String deviceId) throws IOException {
    Optional<Revocation> pending = pending(local);
    if (pending.isPresent()) {
      return pending
          .filter(revocation -> revocation.deviceId.equals(deviceId))
          .orElseThrow(
              () ->
                  new Failure(
                      Exit.CUSTODY,
                      "the revocation of '" + pending.get().deviceId + "' is not finished",
                      "Finish it first: e2ee device revoke " + pending.get().deviceId));
    }
    try {
      local.registry().requireRevocable(deviceId);
    } catch (IllegalStateException e) {
      throw new Failure(
          Exit.CUSTODY, String.valueOf(e.getMessage()), "'e2ee device list' shows all.", e);
    }
    return new Revocation(deviceId, local.sealingGeneration());
  }

  /**
   * The device is revoked, and the key rotated; once each, however often it is called. What a run
   * before this one noted of the generation counts only once the device was revoked: until then it
   * may have got a newer one.
   */
  void decide(LocalDevice local) throws IOException {
    int before = generationBefore;
    if (local.registry().find(deviceId).orElseThrow().state() != State.REVOKED) {
      before = local.sealingGeneration();
      new Revocation(deviceId, before).keep(local);
      local.registry().revoke(deviceId);
      local.saveRegistry();
    }
    if (local.sealingGeneration() == before) {
      local.store().custody().rotate(local.profile().keyName());
    }
  }

  private void keep(LocalDevice local) throws IOException {
    byte[] plain = (generationBefore + SEPARATOR + deviceId).getBytes(UTF_8);
    local.folder().write(DeviceFolder.REVOCATION, local.envelope().seal(plain, CONTEXT));
  }

  /** Everything is done: what is sealed from now on, the device has no key for. */
  void end(LocalDevice local) throws IOException {
    local.folder().delete(DeviceFolder.REVOCATION);
  }
}
