package dev.e2ee.key;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** STYLE.md 5: keys of ours in memory. */
class KeyClassTest {
  static Stream<Function<byte[], SoftwareKey>> makers() {
    return Stream.concat(
        makersOf32Bytes().stream(),
        Stream.of(bytes -> RawKey.of("HmacSHA256", bytes), KeyClassTest::rawOfSecret));
  }

  private static RawKey rawOfSecret(byte[] bytes) {
    try (SecretBytes secret = SecretBytes.adopt(bytes.clone())) {
      return RawKey.of("AES", secret);
    }
  }

  static List<Function<byte[], SoftwareKey>> makersOf32Bytes() {
    return List.of(
        UserMasterKey::of,
        KeyClassTest::named,
        KeyClassTest::ofSecret,
        KeyClassTest::namedSecret,
        DataKey::of,
        DataKey::ofAes);
  }

  private static UserMasterKey named(byte[] bytes) {
    return UserMasterKey.of(bytes, KeyId.of(new byte[KeyId.LENGTH]), 2);
  }

  private static UserMasterKey ofSecret(byte[] bytes) {
    try (SecretBytes secret = SecretBytes.adopt(bytes.clone())) {
      return UserMasterKey.of(secret);
    }
  }

  private static UserMasterKey namedSecret(byte[] bytes) {
    KeyId id = KeyId.of(new byte[KeyId.LENGTH]);
    try (SecretBytes secret = SecretBytes.adopt(bytes.clone())) {
      UserMasterKey key = UserMasterKey.of(secret, id, 2);
      assertEquals(id, key.id().orElseThrow());
      assertEquals(2, key.generation());
      return key;
    }
  }

  @Test
  void notOfAClosedSecret() {
    SecretBytes secret = SecretBytes.adopt(Sample.umkBytes());
    secret.close();
    Refused.with(IllegalStateException.class, () -> UserMasterKey.of(secret));
  }

  @ParameterizedTest
  @MethodSource("makers")
  void copiesInAndFreshOut(Function<byte[], SoftwareKey> maker) {
    byte[] bytes = Sample.umkBytes();
    SoftwareKey key = maker.apply(bytes);
    Arrays.fill(bytes, (byte) 0);
    byte[] out = key.getEncoded();
    assertArrayEquals(Sample.umkBytes(), out);
    assertNotSame(out, key.getEncoded());
    Arrays.fill(out, (byte) 0);
    assertArrayEquals(Sample.umkBytes(), key.getEncoded());
    assertEquals("RAW", key.getFormat());
  }

  @ParameterizedTest
  @MethodSource("makersOf32Bytes")
  void other32BytesOnly(Function<byte[], SoftwareKey> maker) {
    // [envelope-21]
    for (int length : new int[] {0, 16, 24, 31, 33, 64}) {
      Refused.with(IllegalArgumentException.class, () -> maker.apply(new byte[length]));
    }
  }

  @Test
  void aRawKeyHasTheLengthAndNameThatItIsGiven() {
    for (int length : new int[] {1, 16, 100, RawKey.LONGEST}) {
      RawKey key = RawKey.of("TlsPremasterSecret", new byte[length]);
      assertEquals(length, key.getEncoded().length);
      assertEquals("TlsPremasterSecret", key.getAlgorithm());
    }
    for (int length : new int[] {0, RawKey.LONGEST + 1}) {
      Refused.with(IllegalArgumentException.class, () -> RawKey.of("AES", new byte[length]));
    }
    Refused.with(IllegalArgumentException.class, () -> RawKey.of("", new byte[1]));
  }

  @ParameterizedTest
  @MethodSource("makers")
  void closedMeansWiped(Function<byte[], SoftwareKey> maker) throws ReflectiveOperationException {
    SoftwareKey key = maker.apply(Sample.umkBytes());
    byte[] inside = arrayInside(key);
    assertArrayEquals(Sample.umkBytes(), inside);
    assertFalse(key.isDestroyed());
    key.close();
    assertArrayEquals(new byte[32], inside);
    assertTrue(key.isDestroyed());
    Refused.with(IllegalStateException.class, key::getEncoded);
    key.close();
    key.destroy();
    assertTrue(key.isDestroyed());
    SoftwareKey destroyed = maker.apply(Sample.umkBytes());
    destroyed.destroy();
    Refused.with(IllegalStateException.class, destroyed::getEncoded);
  }

  private static byte[] arrayInside(SoftwareKey key) throws ReflectiveOperationException {
    Field secret = SoftwareKey.class.getDeclaredField("secret");
    secret.setAccessible(true);
    Field bytes = SecretBytes.class.getDeclaredField("bytes");
    bytes.setAccessible(true);
    return (byte[]) bytes.get(secret.get(key));
  }

  @ParameterizedTest
  @MethodSource("makers")
  void equalOnlyToItself(Function<byte[], SoftwareKey> maker) {
    SoftwareKey key = maker.apply(Sample.umkBytes());
    SoftwareKey twin = maker.apply(Sample.umkBytes());
    assertEquals(key, key);
    assertNotEquals(key, twin);
    int hash = key.hashCode();
    key.close();
    assertEquals(hash, key.hashCode());
  }

  @ParameterizedTest
  @MethodSource("makers")
  void notSerialisable(Function<byte[], SoftwareKey> maker) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      SoftwareKey key = maker.apply(Sample.umkBytes());
      Refused.with(NotSerializableException.class, () -> out.writeObject(key));
    }
    Refused.assertNoSecret(bytes.toString(StandardCharsets.ISO_8859_1));
  }

  @ParameterizedTest
  @MethodSource("makers")
  void showsNothing(Function<byte[], SoftwareKey> maker) {
    SoftwareKey key = maker.apply(Sample.umkBytes());
    Refused.assertNoSecret(key.toString());
    assertTrue(key.toString().contains("32 bytes"));
  }
}
