package dev.e2ee.keyring;

import static dev.e2ee.keyring.Group.NOTES;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.device.AgreementAlgorithm;
import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.device.SigningAlgorithm;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.EnvelopeInfo;
import dev.e2ee.envelope.RecordContext;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.keyring.Group.Person;
import dev.e2ee.keyring.NoEpochKeyException.Reason;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.rotation.KeyRing;
import java.nio.file.Path;
import java.security.InvalidKeyException;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of a keyring with a head: who is in it, and who opens what. */
class KeyringTest {
  private static final byte[] JSON = "{\"text\":\"hello\"}".getBytes(UTF_8);

  @TempDir private Path folder;
  private Group group;

  @BeforeEach
  void meet() throws Exception {
    group = new Group(folder);
  }

  @AfterEach
  void part() {
    group.close();
  }

  private static SortedSet<Integer> epochs(Integer... numbers) {
    return new TreeSet<>(Set.of(numbers));
  }

  private static Reason reason(org.junit.jupiter.api.function.Executable failing) {
    return assertThrows(NoEpochKeyException.class, failing).reason();
  }

  @Test
  void aMemberOpensWhatTheOwnerSealed() throws Exception {
    group.created(group.bob);
    try (Keyring owner = group.owner.open(group.stored());
        Keyring bob = group.bob.open(group.stored())) {
      assertEquals(1, bob.epoch());
      assertTrue(bob.hasHead());
      assertEquals(List.of(group.owner.recipient(), group.bob.recipient()), bob.members());
      assertArrayEquals(JSON, bob.cipher().openDocument(owner.cipher().sealDocument(JSON)));
      byte[] blob = bob.cipher().sealBlob(JSON, "notes/1");
      assertArrayEquals(JSON, owner.cipher().openBlob(blob, "notes/1"));
    }
  }

  /** [keyring-17] [keyring-18] */
  @Test
  void aRemovedMemberIsOutOfTheNextEpoch() throws Exception {
    group.created(group.bob, group.carol);
    byte[] old;
    try (Keyring carol = group.carol.open(group.stored())) {
      old = carol.cipher().sealDocument(JSON);
    }
    group.ownerChanges(keyring -> keyring.remove(group.carol.recipient()));
    assertEquals(Reason.REMOVED, reason(() -> group.carol.open(group.stored())));
    try (Keyring bob = group.bob.open(group.stored())) {
      assertEquals(2, bob.epoch());
      assertEquals(epochs(1, 2), bob.epochs());
      assertArrayEquals(JSON, bob.cipher().openDocument(old));
      assertEquals(List.of(group.owner.recipient(), group.bob.recipient()), bob.members());
    }
  }

  @Test
  void whoJoinsLaterOpensWhatComesLater() throws Exception {
    group.created(group.bob);
    byte[] first;
    byte[] third;
    try (Keyring owner = group.owner.open(group.stored())) {
      first = owner.cipher().sealDocument(JSON);
    }
    group.ownerChanges(Keyring::rotate);
    group.ownerChanges(keyring -> keyring.add(group.carol.recipient()));
    try (Keyring carol = group.carol.open(group.stored())) {
      assertEquals(epochs(2), carol.epochs());
      assertEquals(Reason.JOINED_LATER, reason(() -> carol.cipher().openDocument(first)));
      assertEquals(Reason.JOINED_LATER, reason(() -> carol.key(1)));
    }
    group.ownerChanges(Keyring::rotate);
    try (Keyring owner = group.owner.open(group.stored());
        Person mallory = group.person()) {
      third = owner.cipher().sealDocument(JSON);
      assertEquals(Reason.NOT_A_MEMBER, reason(() -> mallory.open(group.stored())));
      assertEquals(Reason.UNKNOWN_EPOCH, reason(() -> owner.key(4)));
    }
    try (Keyring carol = group.carol.open(group.stored())) {
      assertArrayEquals(JSON, carol.cipher().openDocument(third));
    }
  }

  /** What a removed member seals in the epoch that it had. [keyring-24] */
  @Test
  void aReaderMayAskForALowestEpoch() throws Exception {
    group.created(group.bob, group.carol);
    byte[] document;
    byte[] blob;
    try (Keyring carol = group.carol.open(group.stored())) {
      group.ownerChanges(keyring -> keyring.remove(group.carol.recipient()));
      document = carol.cipher().sealDocument(JSON); // carol goes on with what she had
      blob = carol.cipher().sealBlob(JSON, "notes/1");
    }
    try (Keyring bob = group.bob.open(group.stored())) {
      assertArrayEquals(JSON, bob.cipher().openDocument(document));
      CollectionCipher newer = bob.cipher().withMinimumEpoch(2);
      assertThrows(AEADBadTagException.class, () -> newer.openDocument(document));
      assertThrows(AEADBadTagException.class, () -> newer.openBlob(blob, "notes/1"));
      assertArrayEquals(JSON, newer.openDocument(bob.cipher().sealDocument(JSON)));
      assertThrows(IllegalArgumentException.class, () -> bob.cipher().withMinimumEpoch(3));
      assertThrows(IllegalArgumentException.class, () -> bob.cipher().withMinimumEpoch(0));
    }
  }

  @Test
  void whoComesBackWasAwayInBetween() throws Exception {
    group.created(group.bob);
    group.ownerChanges(keyring -> keyring.remove(group.bob.recipient()));
    group.ownerChanges(Keyring::rotate);
    group.ownerChanges(keyring -> keyring.add(group.bob.recipient()));
    try (Keyring bob = group.bob.open(group.stored())) {
      assertEquals(epochs(1, 3), bob.epochs());
      assertEquals(Reason.REMOVED, reason(() -> bob.key(2)));
    }
  }

  /** [keyring-20] */
  @Test
  void eachSealIsUnderTheCurrentEpochWithANonceOfItsOwn() throws Exception {
    group.created();
    group.ownerChanges(Keyring::rotate);
    try (Keyring owner = group.owner.open(group.stored())) {
      String one = new String(owner.cipher().sealDocument(JSON), UTF_8);
      String other = new String(owner.cipher().sealDocument(JSON), UTF_8);
      assertTrue(one.endsWith("\"_epoch\":2}"), one);
      assertNotEquals(one.substring(0, 35), other.substring(0, 35)); // the nonce and more
      assertEquals(one.substring(0, 15), other.substring(0, 15));
    }
  }

  /** [keyring-23] */
  @Test
  void recordsInEnvelopesAreUnderAKeyOfTheirOwn() throws Exception {
    group.created(group.bob);
    group.ownerChanges(Keyring::rotate);
    RecordContext record = RecordContext.of("ann", "note", "1");
    try (Keyring owner = group.owner.open(group.stored());
        Keyring bob = group.bob.open(group.stored())) {
      byte[] sealed = Envelope.with(owner.key()).seal(JSON, record);
      EnvelopeInfo info = Envelope.inspect(sealed);
      assertEquals(2, info.generation());
      UserMasterKey key = bob.key(info.generation());
      assertEquals(info.keyId(), key.id().orElseThrow());
      assertArrayEquals(JSON, Envelope.with(key).open(sealed, record));
      assertNotEquals(key.id(), bob.key(1).id());
    }
  }

  /** [keyring-23] */
  @Test
  void aRingOpensOldEpochsAndSealsUnderTheCurrentOne() throws Exception {
    group.created(group.bob);
    RecordContext record = RecordContext.of("ann", "note", "1");
    byte[] old;
    try (Keyring owner = group.owner.open(group.stored());
        KeyRing ring = owner.ring()) {
      old = ring.seal(JSON, record);
    }
    group.ownerChanges(Keyring::rotate);
    try (Keyring bob = group.bob.open(group.stored());
        KeyRing ring = bob.ring()) {
      assertEquals(1, Envelope.inspect(old).generation());
      byte[] again = ring.seal(ring.open(old, record), record);
      assertEquals(2, Envelope.inspect(again).generation());
      assertArrayEquals(JSON, ring.open(again, record));
      assertArrayEquals(JSON, Envelope.with(bob.key()).open(again, record));
    }
  }

  @Test
  void theKeyIsOneForTheCipher() throws Exception {
    group.created(group.bob);
    E2eeProvider provider = new E2eeProvider();
    try (Keyring owner = group.owner.open(group.stored());
        Keyring bob = group.bob.open(group.stored())) {
      Cipher seal = Cipher.getInstance("E2EE-Envelope", provider);
      seal.init(Cipher.ENCRYPT_MODE, owner.key());
      seal.updateAAD("notes/1".getBytes(UTF_8));
      byte[] sealed = seal.doFinal(JSON);
      Cipher open = Cipher.getInstance("E2EE-Envelope", provider);
      open.init(Cipher.DECRYPT_MODE, bob.key());
      open.updateAAD("notes/1".getBytes(UTF_8));
      assertArrayEquals(JSON, open.doFinal(sealed));
    }
  }

  /** [keyring-18] */
  @Test
  void membersComeOnceAndGoWhenTheyAreThere() throws Exception {
    group.created(group.bob);
    try (Keyring owner = group.owner.open(group.stored())) {
      assertThrows(IllegalStateException.class, () -> owner.add(group.bob.recipient()));
      assertThrows(IllegalStateException.class, () -> owner.remove(group.carol.recipient()));
      assertThrows(IllegalStateException.class, () -> owner.remove(group.owner.recipient()));
    }
  }

  @Test
  void onlyAPinnedSignerChangesIt() throws Exception {
    group.created(group.bob);
    try (Keyring bob = group.bob.open(group.stored())) {
      assertThrows(IllegalStateException.class, bob::rotate);
      assertThrows(IllegalStateException.class, () -> bob.add(group.carol.recipient()));
      assertThrows(IllegalStateException.class, () -> bob.remove(group.owner.recipient()));
    }
    for (Person person : List.of(group.owner, group.bob)) {
      person.trust().pin(NOTES, group.bob.signer());
    }
    try (Keyring bob = group.bob.open(group.stored())) {
      group.publish(bob.add(group.carol.recipient())).close();
    }
    try (Keyring owner = group.owner.open(group.stored())) {
      assertTrue(owner.members().contains(group.carol.recipient()));
      // Carol has pinned the owner alone.
      KeyringRefusedException e =
          assertThrows(KeyringRefusedException.class, () -> group.carol.open(group.stored()));
      assertEquals(KeyringRefusedException.Reason.NOT_SIGNED, e.reason());
    }
  }

  /** [keyring-17] */
  @Test
  void aChangeThatIsNotPublishedIsAsIfItHadNotBeen() throws Exception {
    byte[] before = group.created(group.bob);
    try (Keyring owner = group.owner.open(before);
        KeyringChange dropped = owner.rotate()) {
      assertTrue(dropped.document().length > before.length);
    }
    try (Keyring owner = group.owner.open(before)) {
      assertEquals(1, owner.epoch());
      KeyringChange change = owner.rotate();
      change.published().close();
      assertThrows(IllegalStateException.class, change::published);
      KeyringChange closed = owner.rotate();
      closed.close();
      assertThrows(IllegalStateException.class, closed::published);
    }
  }

  @Test
  void twoChangesOfOneKeyringAreAForkOfThisDevicesOwn() throws Exception {
    group.created(group.bob);
    try (Keyring owner = group.owner.open(group.stored());
        KeyringChange one = owner.rotate();
        KeyringChange other = owner.add(group.carol.recipient())) {
      one.published().close();
      KeyringRefusedException e = assertThrows(KeyringRefusedException.class, other::published);
      assertEquals(KeyringRefusedException.Reason.FORK, e.reason());
    }
  }

  @Test
  void aPinOfTheMeantimeIsNoFork() throws Exception {
    group.created();
    try (Keyring owner = group.owner.open(group.stored());
        KeyringChange change = owner.add(group.bob.recipient())) {
      group.owner.trust().pin(NOTES, group.bob.signer());
      change.published().close();
      assertTrue(
          group.owner.trust().find(NOTES).orElseThrow().signers().contains(group.bob.signer()));
    }
  }

  @Test
  void aCollectionIsCreatedOnce() throws Exception {
    group.created();
    assertThrows(
        IllegalStateException.class,
        () -> Keyring.create(NOTES, group.owner.device(), group.owner.trust()));
  }

  @Test
  void devicesHaveKeysForTheseCurves() throws Exception {
    byte[] document = group.created();
    for (AgreementAlgorithm agreement : AgreementAlgorithm.values()) {
      for (SigningAlgorithm signing : SigningAlgorithm.values()) {
        try (DeviceIdentity other = DeviceIdentity.generate("other", agreement, signing)) {
          if (agreement != AgreementAlgorithm.X25519 || signing != SigningAlgorithm.ED25519) {
            assertThrows(
                InvalidKeyException.class,
                () -> Keyring.create("other", other, group.owner.trust()));
          }
          if (agreement != AgreementAlgorithm.X25519) {
            assertThrows(
                InvalidKeyException.class,
                () -> Keyring.open(document, NOTES, other, group.owner.trust()));
          }
        }
      }
    }
  }

  @Test
  void aClosedKeyringHasNoKeys() throws Exception {
    group.created();
    Keyring owner = group.owner.open(group.stored());
    owner.close();
    assertThrows(IllegalStateException.class, owner::key);
    assertThrows(IllegalStateException.class, () -> owner.cipher().sealDocument(JSON));
    assertFalse(owner.toString().isEmpty());
  }
}
