package dev.e2ee.keyring;

import dev.e2ee.device.AgreementAlgorithm;
import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.device.SigningAlgorithm;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** People with a device and a trust store each, who pin the owner, and a server between them. */
final class Group implements AutoCloseable {
  static final String NOTES = "notes";

  /** One of them. */
  record Person(DeviceIdentity device, TrustStore trust) implements AutoCloseable {
    Recipient recipient() throws Exception {
      return Recipient.of(device.publicKeys());
    }

    Signer signer() throws Exception {
      return Signer.of(device.publicKeys());
    }

    Keyring open(byte[] document) throws Exception {
      return Keyring.open(document, NOTES, device, trust);
    }

    @Override
    public void close() {
      device.close();
    }
  }

  private final Path folder;
  private final AtomicInteger count = new AtomicInteger();
  final Person owner;
  final Person bob;
  final Person carol;

  /** What the server has. */
  private byte[] stored = {};

  Group(Path folder) throws Exception {
    this.folder = folder;
    this.owner = person();
    this.bob = person();
    this.carol = person();
  }

  /** Somebody new, who has pinned the owner. */
  Person person() throws Exception {
    int number = count.incrementAndGet();
    DeviceIdentity device =
        DeviceIdentity.generate(
            "device " + number, AgreementAlgorithm.X25519, SigningAlgorithm.ED25519);
    Person person = new Person(device, FileTrustStore.at(folder.resolve("trust" + number)));
    person.trust().pin(NOTES, owner == null ? person.signer() : owner.signer());
    return person;
  }

  byte[] stored() {
    return stored.clone();
  }

  /** Stores a change on the server and tells its maker. */
  Keyring publish(KeyringChange change) throws Exception {
    stored = change.document();
    return change.published();
  }

  /** A keyring of the owner's with these members. */
  byte[] created(Person... members) throws Exception {
    publish(Keyring.create(NOTES, owner.device(), owner.trust())).close();
    for (Person member : members) {
      ownerChanges(keyring -> keyring.add(member.recipient()));
    }
    return stored();
  }

  /** A change of a keyring. */
  interface Change {
    KeyringChange of(Keyring keyring) throws Exception;
  }

  /** The owner opens what the server has, changes it and stores it. */
  byte[] ownerChanges(Change change) throws Exception {
    try (Keyring keyring = owner.open(stored())) {
      publish(change.of(keyring)).close();
      return stored();
    }
  }

  @Override
  public void close() {
    owner.close();
    bob.close();
    carol.close();
  }
}
