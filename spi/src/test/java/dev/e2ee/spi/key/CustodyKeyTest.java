package dev.e2ee.spi.key;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.Serializable;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CustodyKeyTest {
  private static final KeyId ID = KeyId.parse("000102030405060708090a0b0c0d0e0f");

  private static final class OfTest extends CustodyKey {
    private static final long serialVersionUID = 1L;

    @Override
    public KeyDescription description() {
      return new KeyDescription(
          "main", 3, ID, KeyKind.UMK, KeyState.PRIMARY, Instant.EPOCH, Residency.MEMORY);
    }

    @Override
    public CustodyKey generation(KeyId id) {
      return this;
    }

    @Override
    public <T> Optional<T> operation(Class<T> type) {
      return Optional.empty();
    }
  }

  /** Serialises under the name of {@link CustodyKey}'s subclass, as an attacker could. */
  private static final class Forged implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  @Test
  void showsNothingOfTheKey() {
    CustodyKey key = new OfTest();
    assertNull(key.getEncoded());
    assertNull(key.getFormat());
    assertEquals("E2EE-UMK", key.getAlgorithm());
    assertEquals(ID, key.id());
    assertEquals("CustodyKey[main, generation 3, id " + ID + "]", key.toString());
  }

  @Test
  void isEqualOnlyToItself() {
    CustodyKey key = new OfTest();
    assertEquals(key, key);
    assertNotEquals(key, new OfTest());
  }

  @Test
  void isNotSerialisable() throws IOException {
    assertThrows(
        NotSerializableException.class,
        () -> new ObjectOutputStream(new ByteArrayOutputStream()).writeObject(new OfTest()));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(new Forged());
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())) {
          @Override
          protected ObjectStreamClass readClassDescriptor()
              throws IOException, ClassNotFoundException {
            ObjectStreamClass read = super.readClassDescriptor();
            return read.getName().equals(Forged.class.getName())
                ? ObjectStreamClass.lookup(CustodyKey.class)
                : read;
          }
        }) {
      assertThrows(IOException.class, in::readObject);
    }
  }

  @Test
  void anIdIsSixteenBytesAndTheirHex() {
    assertArrayEquals(ID.toBytes(), KeyId.parse(ID.toString()).toBytes());
    assertEquals(ID, KeyId.of(ID.toBytes()));
    assertEquals(ID.hashCode(), KeyId.of(ID.toBytes()).hashCode());
    ID.toBytes()[0] = 9;
    assertEquals(0, ID.toBytes()[0], "copies go out");
    assertThrows(IllegalArgumentException.class, () -> KeyId.of(new byte[15]));
    assertThrows(IllegalArgumentException.class, () -> KeyId.of(new byte[17]));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "000102030405060708090a0b0c0d0e0",
        "000102030405060708090a0b0c0d0e0f0",
        "000102030405060708090A0B0C0D0E0F",
        "000102030405060708090a0b0c0d0e0g",
        "000102030405060708090a0b0c0d0e0f\n"
      })
  void refusesOtherTexts(String text) {
    assertThrows(IllegalArgumentException.class, () -> KeyId.parse(text));
  }
}
