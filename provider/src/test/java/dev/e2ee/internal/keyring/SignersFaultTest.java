package dev.e2ee.internal.keyring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.e2ee.device.AgreementAlgorithm;
import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.device.SigningAlgorithm;
import dev.e2ee.internal.json.Json;
import dev.e2ee.keyring.FileTrustStore;
import dev.e2ee.keyring.Keyring;
import dev.e2ee.keyring.KeyringFormatException;
import dev.e2ee.keyring.KeyringRefusedException;
import dev.e2ee.keyring.KeyringRefusedException.Reason;
import dev.e2ee.keyring.Recipient;
import dev.e2ee.keyring.Signer;
import dev.e2ee.keyring.TrustStore;
import dev.e2ee.spi.SecretBytes;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pinned signer that signs what it should not, and keyrings at the bounds. */
class SignersFaultTest {
  private static final String NOTES = "notes";

  @TempDir private Path folder;
  private DeviceIdentity owner;
  private DeviceIdentity bob;
  private TrustStore trust;

  @BeforeEach
  void meet() throws Exception {
    owner = device("owner");
    bob = device("bob");
    trust = FileTrustStore.at(folder);
    trust.pin(NOTES, Signer.of(owner.publicKeys()));
  }

  @AfterEach
  void part() {
    owner.close();
    bob.close();
  }

  private static DeviceIdentity device(String name) {
    return DeviceIdentity.generate(name, AgreementAlgorithm.X25519, SigningAlgorithm.ED25519);
  }

  private static SecretBytes cek(int value) {
    byte[] bytes = new byte[Entry.CEK];
    Arrays.fill(bytes, (byte) value);
    return SecretBytes.adopt(bytes);
  }

  private Entry entry(DeviceIdentity recipient, SecretBytes cek, int epoch) throws Exception {
    return Entry.wrap(
        owner.keys(), Recipient.of(recipient.publicKeys()), cek, epoch, 1_700_000_000L);
  }

  private byte[] signed(SecretBytes committed, Entry... entries) throws Exception {
    Epoch epoch = Epoch.of(1, List.of(entries), 1_700_000_000L);
    var engine = owner.keys().engine();
    Head.SignedEpoch first =
        new Head.SignedEpoch(Cek.commitment(engine, committed, NOTES, 1), epoch.digest(engine));
    Head head = Head.sign(owner.keys(), NOTES, new TreeMap<>(Map.of(1, first)), List.of());
    return new KeyringDocument(List.of(epoch), head, new Json.Members(Map.of())).write();
  }

  private Reason refusal(byte[] document, DeviceIdentity reader) {
    return assertThrows(
            KeyringRefusedException.class, () -> Keyring.open(document, NOTES, reader, trust))
        .reason();
  }

  /** One CEK for the owner, another for Bob: a signer that splits the group. [keyring-12] */
  @Test
  void twoMembersHaveOneKey() throws Exception {
    try (SecretBytes one = cek(1);
        SecretBytes other = cek(2)) {
      byte[] split = signed(one, entry(owner, one, 1), entry(bob, other, 1));
      assertEquals(Reason.OTHER_KEY, refusal(split, bob));
      Keyring.open(split, NOTES, owner, trust).close();
    }
  }

  /** [keyring-6] [keyring-12] */
  @Test
  void anEntryIsOneAndSignedForItsEpoch() throws Exception {
    try (SecretBytes one = cek(1)) {
      byte[] twice = signed(one, entry(owner, one, 1), entry(bob, one, 1), entry(bob, one, 1));
      assertEquals(Reason.NOT_TRACEABLE, refusal(twice, bob));
      byte[] otherEpoch = signed(one, entry(owner, one, 1), entry(bob, one, 2));
      assertEquals(Reason.NOT_TRACEABLE, refusal(otherEpoch, bob));
      Entry owners = entry(owner, one, 1);
      byte[] unsigned =
          signed(
              one,
              new Entry(
                  Recipient.of(bob.publicKeys()),
                  owners.ephemeralKey(),
                  owners.wrap(),
                  owners.adder(),
                  owners.signature(),
                  owners.addedAt()));
      assertEquals(Reason.NOT_TRACEABLE, refusal(unsigned, bob));
    }
  }

  private Head head(List<Epoch> epochs, List<SecretBytes> ceks, List<String> previous) {
    var engine = owner.keys().engine();
    TreeMap<Integer, Head.SignedEpoch> signed = new TreeMap<>();
    for (Epoch epoch : epochs) {
      int number = epoch.number();
      String commitment = Cek.commitment(engine, ceks.get(number - 1), NOTES, number);
      signed.put(number, new Head.SignedEpoch(commitment, epoch.digest(engine)));
    }
    return Head.sign(owner.keys(), NOTES, signed, previous);
  }

  private static byte[] written(List<Epoch> epochs, Head head) throws Exception {
    return new KeyringDocument(epochs, head, new Json.Members(Map.of())).write();
  }

  /** The next head gives an epoch another key, or a closed one other entries. [keyring-11] */
  @Test
  void whatAHeadSaidOfAnEpochStays() throws Exception {
    try (SecretBytes one = cek(1);
        SecretBytes two = cek(2);
        SecretBytes other = cek(3)) {
      Epoch first = Epoch.of(1, List.of(entry(bob, one, 1)), 1);
      Epoch second = Epoch.of(2, List.of(entry(bob, two, 2)), 2);
      Head before = head(List.of(first, second), List.of(one, two), List.of());
      Keyring.open(written(List.of(first, second), before), NOTES, bob, trust).close();
      List<String> previous = List.of(before.digest(owner.keys().engine()));
      Epoch otherFirst = Epoch.of(1, List.of(entry(bob, other, 1)), 1);
      Epoch laterFirst = first.with(entry(owner, one, 1));
      Epoch otherSecond = Epoch.of(2, List.of(entry(bob, other, 2)), 2);
      for (List<Epoch> changed :
          List.of(
              List.of(otherFirst, second),
              List.of(laterFirst, second),
              List.of(first, otherSecond))) {
        List<SecretBytes> ceks =
            List.of(
                changed.get(0).equals(otherFirst) ? other : one,
                changed.get(1).equals(otherSecond) ? other : two);
        assertEquals(Reason.FORK, refusal(written(changed, head(changed, ceks, previous)), bob));
      }
      List<Epoch> grown = List.of(first, second.with(entry(owner, two, 2)));
      Head next = head(grown, List.of(one, two), previous);
      Keyring.open(written(grown, next), NOTES, bob, trust).close();
    }
  }

  /** [keyring-5] */
  @Test
  void eachEntryHasAKeyAndANonceOfItsOwn() throws Exception {
    try (SecretBytes one = cek(1)) {
      Entry first = entry(bob, one, 1);
      Entry second = entry(bob, one, 1);
      assertEquals(2, List.of(first, second).stream().map(Entry::ephemeralKey).distinct().count());
      assertEquals(
          2,
          List.of(first, second).stream().map(e -> e.wrap().substring(0, 16)).distinct().count());
    }
  }

  /** [keyring-8] */
  @Test
  void boundsHoldBeforeAnythingIsSigned() throws Exception {
    try (SecretBytes one = cek(1)) {
      Entry entry = entry(owner, one, 1);
      List<Entry> many = Collections.nCopies(Epoch.MAX_ENTRIES + 1, entry);
      KeyringDocument wide =
          new KeyringDocument(List.of(Epoch.of(1, many, 0)), null, new Json.Members(Map.of()));
      byte[] document = wide.write();
      assertThrows(KeyringFormatException.class, () -> KeyringDocument.read(document));
      List<String> previous = Collections.nCopies(Head.MAX_PREVIOUS + 1, "0".repeat(64));
      Epoch epoch = Epoch.of(1, List.of(entry), 0);
      Head.SignedEpoch first = new Head.SignedEpoch("0".repeat(64), "0".repeat(64));
      Head head = Head.sign(owner.keys(), NOTES, new TreeMap<>(Map.of(1, first)), previous);
      byte[] tall = new KeyringDocument(List.of(epoch), head, new Json.Members(Map.of())).write();
      KeyringFormatException e =
          assertThrows(KeyringFormatException.class, () -> KeyringDocument.read(tall));
      assertEquals(
          "not a keyring's head: it has more than 4095 previous heads",
          String.valueOf(e.getMessage()));
      assertThrows(
          KeyringFormatException.class, () -> KeyringDocument.read("{\"v\":1".getBytes(UTF_8)));
    }
  }

  /** [keyring-23] */
  @Test
  void theKeyOfEnvelopesIsNotTheCek() throws Exception {
    try (SecretBytes one = cek(1);
        Keyring keyring = Keyring.open(signed(one, entry(owner, one, 1)), NOTES, owner, trust)) {
      byte[] key = keyring.key().getEncoded();
      assertEquals(Entry.CEK, key.length);
      assertEquals(false, Arrays.equals(one.copy(), key));
    }
  }
}
