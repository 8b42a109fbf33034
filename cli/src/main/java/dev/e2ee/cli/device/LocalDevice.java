package dev.e2ee.cli.device;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.store.Store;
import dev.e2ee.device.AgreementAlgorithm;
import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.device.DevicePublicKeys;
import dev.e2ee.device.DeviceRegistry;
import dev.e2ee.device.MalformedMessageException;
import dev.e2ee.device.SigningAlgorithm;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.util.Arrays;

/** This device while a command works with it: its key store, its own keys, whom it knows. */
final class LocalDevice implements AutoCloseable {
  /** The key in the store that seals what belongs to the device; it never leaves the store. */
  private static final String SEALING_KEY = "device";

  private final Store store;
  private final DeviceFolder folder;
  private final Envelope envelope;
  private final DeviceIdentity identity;
  private final DeviceRegistry registry;

  private LocalDevice(
      Store store,
      DeviceFolder folder,
      Envelope envelope,
      DeviceIdentity identity,
      DeviceRegistry registry) {
    this.store = store;
    this.folder = folder;
    this.envelope = envelope;
    this.identity = identity;
    this.registry = registry;
  }

  /** Makes the keys of a new device, and keeps them. */
  static DevicePublicKeys make(
      Store store,
      DeviceFolder folder,
      String id,
      AgreementAlgorithm agreement,
      SigningAlgorithm signing)
      throws IOException {
    try (DeviceIdentity identity = DeviceIdentity.generate(id, agreement, signing);
        Envelope envelope = envelope(sealingKey(store))) {
      DeviceRegistry registry = new DeviceRegistry();
      registry.add(identity.publicKeys());
      registry.activate(identity.publicKeys());
      folder.write(DeviceFolder.REGISTRY, registry.seal(envelope, id));
      folder.write(DeviceFolder.ID, id.getBytes(StandardCharsets.UTF_8));
      folder.write(DeviceFolder.IDENTITY, identity.seal(envelope));
      return identity.publicKeys();
    } catch (IllegalArgumentException e) {
      throw Failure.usage(String.valueOf(e.getMessage()), "");
    }
  }

  private static CustodyKey sealingKey(Store store) {
    boolean there = store.custody().list().stream().anyMatch(key -> key.name().equals(SEALING_KEY));
    return there ? store.primary(SEALING_KEY) : store.custody().generate(SEALING_KEY, KeyKind.UMK);
  }

  private static Envelope envelope(CustodyKey key) {
    try {
      return Envelope.with(key);
    } catch (InvalidKeyException e) {
      throw new Failure(Exit.CUSTODY, String.valueOf(e.getMessage()), "", e);
    }
  }

  /** Opens what {@link #make} has kept; takes over the store. */
  static LocalDevice open(Store store, DeviceFolder folder) throws IOException {
    String advice = "Restore it from a copy, or begin anew with: e2ee device init ID --force";
    String id = new String(folder.require(DeviceFolder.ID, advice), StandardCharsets.UTF_8);
    Envelope envelope = envelope(store.primary(SEALING_KEY));
    try {
      return new LocalDevice(
          store,
          folder,
          envelope,
          DeviceIdentity.open(folder.require(DeviceFolder.IDENTITY, advice), envelope, id),
          DeviceRegistry.open(folder.require(DeviceFolder.REGISTRY, advice), envelope, id));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new Failure(
          Exit.NOT_AUTHENTIC,
          "what is kept in " + folder.directory() + " is not this device's: " + e.getMessage(),
          advice,
          e);
    }
  }

  DeviceFolder folder() {
    return folder;
  }

  Store store() {
    return store;
  }

  DeviceIdentity identity() {
    return identity;
  }

  DeviceRegistry registry() {
    return registry;
  }

  /** Keeps what has changed in the registry. */
  void saveRegistry() throws IOException {
    folder.write(DeviceFolder.REGISTRY, registry.seal(envelope, identity.publicKeys().deviceId()));
  }

  /** Seals what belongs to this device alone. */
  Envelope envelope() {
    return envelope;
  }

  /** The generation of a key that is in use, taken out to be wrapped; the caller closes it. */
  UserMasterKey takeOut(String name, String reason) {
    KeyDescription key = store.primary(name).description();
    try (SecretBytes secret = store.custody().export(key.id(), reason)) {
      byte[] bytes = secret.copy();
      try {
        return UserMasterKey.of(bytes, key.id(), key.generation());
      } finally {
        Arrays.fill(bytes, (byte) 0);
      }
    }
  }

  /** Brings a key that was unwrapped for this device into the store. */
  KeyDescription bringIn(String name, UserMasterKey umk) {
    try (SecretBytes secret = SecretBytes.adopt(umk.getEncoded())) {
      return store
          .custody()
          .importKey(name, umk.generation(), umk.id().orElseThrow(), secret)
          .description();
    }
  }

  /** A refused message as the command line tells it. */
  static Failure refused(String input, GeneralSecurityException e) {
    String advice =
        e instanceof MalformedMessageException
            ? "Check that it is the right, whole file, and its turn."
            : "Begin anew with: e2ee device request";
    return new Failure(Exit.NOT_AUTHENTIC, input + ": " + e.getMessage(), advice, e);
  }

  @Override
  public void close() throws IOException {
    identity.close();
    envelope.close();
    store.close();
  }
}
