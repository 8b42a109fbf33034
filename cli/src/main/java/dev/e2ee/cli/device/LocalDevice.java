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
import dev.e2ee.envelope.RecordContext;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.keyring.FileTrustStore;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyKind;
import dev.e2ee.spi.key.KeyState;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.util.List;
import java.util.Optional;

/** This device while a command works with it: its key store, its own keys, whom it knows. */
public final class LocalDevice implements AutoCloseable {
  /** The key in the store that seals what belongs to the device; it never leaves the store. */
  static final String SEALING_KEY = "e2ee-device-seal";

  private static final String ADVICE =
      "Restore it from a copy, or begin anew with: e2ee device init ID --user USER --force";

  private final Store store;
  private final FileChannel lock;
  private final DeviceFolder folder;
  private final Profile profile;
  private final Envelope envelope;
  private final DeviceIdentity identity;
  private final DeviceRegistry registry;

  private LocalDevice(
      Store store,
      FileChannel lock,
      DeviceFolder folder,
      Profile profile,
      Envelope envelope,
      DeviceIdentity identity,
      DeviceRegistry registry) {
    this.store = store;
    this.lock = lock;
    this.folder = folder;
    this.profile = profile;
    this.envelope = envelope;
    this.identity = identity;
    this.registry = registry;
  }

  /** Makes the keys of a new device, and keeps them. What was there before is gone. */
  static DevicePublicKeys make(
      Store store,
      DeviceFolder folder,
      Profile profile,
      AgreementAlgorithm agreement,
      SigningAlgorithm signing)
      throws IOException {
    String id = profile.deviceId();
    FileChannel lock = folder.lock();
    try (DeviceIdentity identity = DeviceIdentity.generate(id, agreement, signing);
        Envelope envelope = envelope(sealingKey(store))) {
      DeviceRegistry registry = new DeviceRegistry();
      registry.add(identity.publicKeys());
      registry.activate(identity.publicKeys());
      for (String old : List.of(DeviceFolder.IDENTITY, DeviceFolder.JOIN, DeviceFolder.APPROVAL)) {
        folder.delete(old);
      }
      folder.deleteFolder(DeviceFolder.TRUST);
      FileTrustStore unused = FileTrustStore.at(folder.directory().resolve(DeviceFolder.TRUST));
      folder.deleteFolder(DeviceFolder.INVITES);
      folder.deleteFolder(DeviceFolder.CHANGES);
      folder.write(DeviceFolder.REGISTRY, registry.seal(envelope, id));
      folder.write(DeviceFolder.PROFILE, envelope.seal(profile.encode(), context()));
      folder.write(DeviceFolder.IDENTITY, identity.seal(envelope));
      return identity.publicKeys();
    } catch (IllegalArgumentException e) {
      throw Failure.usage(String.valueOf(e.getMessage()), "");
    } finally {
      lock.close();
    }
  }

  private static RecordContext context() {
    return RecordContext.of("this device", "e2ee-device-profile", "v1");
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
    FileChannel lock = folder.lock();
    boolean done = false;
    try {
      Envelope envelope = envelope(store.primary(SEALING_KEY));
      Profile profile =
          Profile.decode(envelope.open(folder.require(DeviceFolder.PROFILE, ADVICE), context()));
      String id = profile.deviceId();
      DeviceRegistry registry =
          DeviceRegistry.open(folder.require(DeviceFolder.REGISTRY, ADVICE), envelope, id);
      DeviceIdentity identity =
          DeviceIdentity.open(folder.require(DeviceFolder.IDENTITY, ADVICE), envelope, id);
      LocalDevice device =
          new LocalDevice(store, lock, folder, profile, envelope, identity, registry);
      done = true;
      return device;
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new Failure(
          Exit.NOT_AUTHENTIC,
          "what is kept in " + folder.directory() + " is not this device's: " + e.getMessage(),
          ADVICE,
          e);
    } finally {
      if (!done) {
        lock.close();
      }
    }
  }

  Profile profile() {
    return profile;
  }

  /** The folder of whom it trusts with collections. */
  public Path trust() {
    return folder.directory().resolve(DeviceFolder.TRUST);
  }

  /** The folder of its invites, which is made when it is written to. */
  public Path invites() {
    return folder.directory().resolve(DeviceFolder.INVITES);
  }

  /** The folder of changes of keyrings that are on no server yet, made when it is written to. */
  public Path changes() {
    return folder.directory().resolve(DeviceFolder.CHANGES);
  }

  DeviceFolder folder() {
    return folder;
  }

  /** Its key store, unlocked. */
  public Store store() {
    return store;
  }

  /** Its own keys; they stay this object's. */
  public DeviceIdentity identity() {
    return identity;
  }

  /** The devices that it knows. */
  public DeviceRegistry registry() {
    return registry;
  }

  /** Keeps what has changed in the registry. */
  void saveRegistry() throws IOException {
    folder.write(DeviceFolder.REGISTRY, registry.seal(envelope, identity.publicKeys().deviceId()));
  }

  /** Seals what belongs to this device alone. */
  public Envelope envelope() {
    return envelope;
  }

  /** The shared key's generation in use, taken out to be wrapped; the caller closes it. */
  UserMasterKey takeOut(String reason) {
    return takeOut(store.primary(profile.keyName()).description(), reason);
  }

  /** The generations of the shared key that only open, oldest first; retired ones are left out. */
  List<KeyDescription> older() {
    return store.custody().list().stream()
        .filter(key -> key.name().equals(profile.keyName()) && key.state() == KeyState.OLD)
        .toList();
  }

  /** One generation of the shared key, taken out to be wrapped; the caller closes it. */
  UserMasterKey takeOut(KeyDescription key, String reason) {
    return store.takeOut(key, reason);
  }

  /** The generation of the shared key that seals; a rotation that was cut off is none yet. */
  int sealingGeneration() {
    return store.primary(profile.keyName()).description().generation();
  }

  /** The newest generation of the shared key in this store; 0 when it has none. */
  int newestGeneration() {
    return store.custody().list().stream()
        .filter(key -> key.name().equals(profile.keyName()) && key.state() != KeyState.PENDING)
        .mapToInt(KeyDescription::generation)
        .max()
        .orElse(0);
  }

  /**
   * Brings a generation of the shared key that was unwrapped for this device into the store. One
   * that is there already, to the byte, has arrived before: the command that brought it was cut
   * off.
   */
  KeyDescription bringIn(UserMasterKey umk) {
    KeyId id = umk.id().orElseThrow();
    try (SecretBytes secret = SecretBytes.adopt(umk.getEncoded())) {
      Optional<KeyDescription> there =
          store.custody().list().stream()
              .filter(key -> key.id().equals(id))
              .filter(key -> key.name().equals(profile.keyName()))
              .filter(key -> key.generation() == umk.generation())
              .findFirst();
      if (there.isPresent()) {
        try (SecretBytes own = store.custody().export(id, "compare with what has arrived")) {
          if (own.sameBytes(secret)) {
            return there.get();
          }
        }
      }
      return store
          .custody()
          .importKey(profile.keyName(), umk.generation(), id, secret)
          .description();
    }
  }

  /** A refused message as the command line tells it. */
  static Failure refused(String input, GeneralSecurityException e, String advice) {
    return new Failure(
        Exit.NOT_AUTHENTIC,
        input + ": " + e.getMessage(),
        e instanceof MalformedMessageException
            ? "Check that it is the right, whole file, and its turn."
            : advice,
        e);
  }

  @Override
  public void close() throws IOException {
    identity.close();
    envelope.close();
    try {
      store.close();
    } finally {
      lock.close();
    }
  }
}
