package dev.e2ee.testvectors.hostile;

import static dev.e2ee.testvectors.hostile.KeyringAttacks.device;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.keyring.FileTrustStore;
import dev.e2ee.keyring.Keyring;
import dev.e2ee.keyring.KeyringChange;
import dev.e2ee.keyring.Recipient;
import dev.e2ee.keyring.Signer;
import dev.e2ee.keyring.TrustStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Two collections of one owner, without heads, each with Bob and Carol, from each of which Carol is
 * removed; and Mallory, who has a device.
 */
final class StarfishScene implements AutoCloseable {
  static final String NOTES = "notes";
  static final String TASKS = "tasks";
  static final byte[] SECRET = "{\"text\":\"only for members\"}".getBytes(UTF_8);
  static final byte[] OTHER = "{\"text\":\"another one\"}".getBytes(UTF_8);

  final HostileServer server = new HostileServer();
  final DeviceIdentity owner = device("owner");
  final DeviceIdentity bob = device("bob");
  final DeviceIdentity carol = device("carol");
  final DeviceIdentity mallory = device("mallory");
  private final Path folder;
  private final TrustStore owners;
  final TrustStore bobs;

  StarfishScene(Path parent) throws Exception {
    this.folder = Files.createTempDirectory(parent, "starfish-");
    this.owners = trust();
    this.bobs = trust();
    for (String collection : List.of(TASKS, NOTES)) {
      Keyring keyring = published(Keyring.createWithoutHead(collection, owner, owners));
      keyring = published(keyring.add(recipient(bob)));
      keyring = published(keyring.add(recipient(carol)));
      server.put(collection + "/1", keyring.cipher().sealDocument(SECRET));
      keyring = published(keyring.remove(recipient(carol)));
      server.put(collection + "/1", keyring.cipher().sealDocument(SECRET));
      server.put(collection + "/2", keyring.cipher().sealDocument(OTHER));
      keyring.close();
    }
    bobs().close();
  }

  /** Of somebody who has seen nothing yet, and has compared the owner's key. */
  TrustStore trust() throws Exception {
    TrustStore trust = emptyTrust();
    trust.pin(NOTES, signer(owner));
    return trust;
  }

  TrustStore emptyTrust() throws Exception {
    return FileTrustStore.at(Files.createTempDirectory(folder, "trust-").resolve("t"));
  }

  static Recipient recipient(DeviceIdentity device) throws Exception {
    return Recipient.of(device.publicKeys());
  }

  static Signer signer(DeviceIdentity device) throws Exception {
    return Signer.of(device.publicKeys());
  }

  private Keyring published(KeyringChange change) throws Exception {
    Keyring keyring = change.published();
    server.put(keyring.collection() + "/_keyring", change.document());
    return keyring;
  }

  byte[] newest(String collection) {
    return server.newest(collection + "/_keyring");
  }

  static Keyring open(byte[] keyring, DeviceIdentity who, TrustStore trust) throws Exception {
    return Keyring.openWithoutHead(keyring, NOTES, who, trust);
  }

  /** The honest one: what is refused beside it, is refused for what the server did. */
  Keyring bobs() throws Exception {
    return open(newest(NOTES), bob, bobs);
  }

  ObjectNode tree(String collection) throws Exception {
    return (ObjectNode) KeyringAttacks.JSON.readTree(newest(collection));
  }

  @Override
  public void close() {
    List.of(owner, bob, carol, mallory).forEach(DeviceIdentity::close);
  }
}
