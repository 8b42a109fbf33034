package dev.e2ee.rotation;

import static dev.e2ee.rotation.RotationKeys.context;
import static dev.e2ee.rotation.RotationKeys.newKey;
import static dev.e2ee.rotation.RotationKeys.oldKey;
import static dev.e2ee.rotation.RotationKeys.sealed;
import static dev.e2ee.rotation.RotationKeys.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.WrongKeyException;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.spi.key.KeyId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.Set;
import javax.crypto.AEADBadTagException;
import org.junit.jupiter.api.Test;

/** A ring chooses its key by what the header says. */
class KeyRingTest {
  /** [rotation-5] */
  @Test
  void opensUnderTheKeyThatTheHeaderNamesAndSealsUnderTheOneInUse() throws Exception {
    try (KeyRing ring = RotationKeys.ring();
        Envelope fresh = Envelope.with(newKey())) {
      assertArrayEquals(text("a"), ring.open(sealed(oldKey(), "1", "a"), context("1")));
      assertArrayEquals(text("b"), ring.open(sealed(newKey(), "1", "b"), context("1")));
      assertArrayEquals(text("c"), fresh.open(ring.seal(text("c"), context("1")), context("1")));
      byte[] aad = {1};
      assertArrayEquals(text("d"), ring.open(ring.seal(text("d"), aad), aad));
      assertEquals(Set.of(KeyRing.of(oldKey(), List.of()).current()), ring.old());
    }
  }

  /** [rotation-5] */
  @Test
  void triesNoKey() throws Exception {
    KeyId id = KeyId.of(new byte[16]);
    byte[] key = oldKey().getEncoded();
    UserMasterKey second = UserMasterKey.of(key, id, 2);
    byte[] ofSecond = sealed(second, "1", "a");
    // The same bytes under another id, and under the same id in another generation, are others.
    try (KeyRing otherId = KeyRing.of(newKey(), List.of(oldKey()));
        KeyRing otherGeneration = KeyRing.of(newKey(), List.of(UserMasterKey.of(key, id, 3)));
        KeyRing right = KeyRing.of(newKey(), List.of(second))) {
      assertThrows(WrongKeyException.class, () -> otherId.open(ofSecond, context("1")));
      assertThrows(WrongKeyException.class, () -> otherGeneration.open(ofSecond, context("1")));
      assertArrayEquals(text("a"), right.open(ofSecond, context("1")));
      AEADBadTagException e =
          assertThrows(AEADBadTagException.class, () -> right.open(ofSecond, context("2")));
      assertEquals(AEADBadTagException.class, e.getClass());
    }
  }

  @Test
  void takesEachIdOnce() {
    assertThrows(
        IllegalArgumentException.class, () -> KeyRing.of(newKey(), List.of(oldKey(), oldKey())));
    assertThrows(IllegalArgumentException.class, () -> KeyRing.of(newKey(), List.of(newKey())));
  }

  @Test
  void isClosedWithItsKeys() throws Exception {
    KeyRing ring = RotationKeys.ring();
    byte[] record = sealed(oldKey(), "1", "a");
    ring.close();
    assertThrows(IllegalStateException.class, () -> ring.open(record, context("1")));
  }

  /** The function goes to another process; it takes no key with it. */
  @Test
  void theFunctionIsSerialisable() throws Exception {
    for (RecordFunction function :
        List.of(RotationKeys.rewrapping(), RotationKeys.reencrypting())) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
        out.writeObject(function);
      }
      RecordFunction there;
      try (ObjectInputStream in =
          new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
        there = (RecordFunction) in.readObject();
      }
      try (RecordFunction.Opened records = there.open();
          Envelope fresh = Envelope.with(newKey())) {
        byte[] moved = records.move("1", sealed(oldKey(), "1", "a")).orElseThrow();
        assertArrayEquals(text("a"), fresh.open(moved, context("1")));
        assertTrue(records.move("1", moved).isEmpty());
      }
    }
  }
}
