package dev.e2ee.provider.primitive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.testing.BadKeys;
import dev.e2ee.testing.BufferKind;
import dev.e2ee.testing.EveryEngine;
import dev.e2ee.testing.Reachable;
import dev.e2ee.testing.RecordingEngine;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import dev.e2ee.testing.TestEngine;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.Provider;
import java.security.ProviderException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** {@code AES/GCM/NoPadding} of ours, against the JDK's. */
class GcmCipherTest {
  private static final Engine RANDOM = Engine.jdk();
  private static final byte[] AAD = {1, 2, 3};

  private static Key key() {
    return new SecretKeySpec(RANDOM.random(32), "AES");
  }

  private static GCMParameterSpec nonce() {
    return new GCMParameterSpec(128, RANDOM.random(12));
  }

  private static Cipher ours(Provider provider) throws GeneralSecurityException {
    return Cipher.getInstance("AES/GCM/NoPadding", provider);
  }

  private static Cipher ours(Provider provider, int mode, Key key, AlgorithmParameterSpec spec)
      throws GeneralSecurityException {
    Cipher cipher = ours(provider);
    cipher.init(mode, key, spec);
    return cipher;
  }

  private static byte[] theirs(int mode, Key key, AlgorithmParameterSpec spec, byte[] in)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
    cipher.init(mode, key, spec);
    cipher.updateAAD(AAD);
    return cipher.doFinal(in);
  }

  @EveryEngine
  void givesWhatTheJdkGives(TestEngine engine) throws Exception {
    Provider provider = engine.provider();
    Random random = Sample.random("GcmCipherTest.givesWhatTheJdkGives");
    for (int round = 0; round < 60; round++) {
      Key key = new SecretKeySpec(RANDOM.random(16 + 8 * (round % 3)), "AES");
      GCMParameterSpec spec = nonce();
      if (round % 3 == 1 && engine.toString().equals("Conscrypt")) {
        Refused.with(
            InvalidKeyException.class, () -> ours(provider, Cipher.ENCRYPT_MODE, key, spec));
        continue;
      }
      byte[] message = Sample.plaintext(random.nextInt(random.nextInt(4) == 0 ? 70_000 : 100));
      byte[] box = theirs(Cipher.ENCRYPT_MODE, key, spec, message);
      Cipher sealing = ours(provider, Cipher.ENCRYPT_MODE, key, spec);
      assertArrayEquals(box, inPieces(sealing, message, random));
      assertArrayEquals(spec.getIV(), sealing.getIV());
      Cipher opening = ours(provider, Cipher.DECRYPT_MODE, key, spec);
      assertArrayEquals(message, inPieces(opening, box, random));
      assertArrayEquals(message, inPieces(opening, box, random), "and once more");
    }
  }

  private static byte[] inPieces(Cipher cipher, byte[] in, Random random) throws Exception {
    cipher.updateAAD(AAD, 0, 1);
    cipher.updateAAD(ByteBuffer.wrap(AAD, 1, 2));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int done = 0;
    while (random.nextInt(4) != 0) {
      int length = random.nextInt(in.length - done + 1);
      switch (random.nextInt(3)) {
        case 0 -> {
          byte[] some = cipher.update(in, done, length);
          out.writeBytes(some == null ? new byte[0] : some);
        }
        case 1 -> {
          byte[] room = new byte[cipher.getOutputSize(length)];
          out.write(room, 0, cipher.update(in, done, length, room, 0));
        }
        default -> {
          ByteBuffer room = ByteBuffer.allocateDirect(cipher.getOutputSize(length));
          cipher.update(ByteBuffer.wrap(in, done, length), room);
          byte[] some = new byte[room.flip().remaining()];
          room.get(some);
          out.writeBytes(some);
        }
      }
      done += length;
    }
    int left = in.length - done;
    byte[] room = new byte[cipher.getOutputSize(left)];
    out.write(room, 0, cipher.doFinal(in, done, left, room, 0));
    return out.toByteArray();
  }

  @EveryEngine
  void refusesARepeatedNonceWhoeverAsks(TestEngine engine) throws Exception {
    Provider provider = engine.provider();
    Key key = key();
    GCMParameterSpec spec = nonce();
    ours(provider, Cipher.ENCRYPT_MODE, key, spec).doFinal(new byte[3]);
    Key sameBytes = new SecretKeySpec(key.getEncoded(), "AES");
    for (Provider any : List.of(provider, new E2eeProvider())) {
      Cipher again = ours(any, Cipher.ENCRYPT_MODE, sameBytes, spec);
      Refused.with(IllegalStateException.class, again::doFinal);
      again.init(Cipher.ENCRYPT_MODE, sameBytes, spec);
      Refused.with(IllegalStateException.class, () -> again.update(new byte[1]));
      again.init(Cipher.ENCRYPT_MODE, sameBytes, nonce());
      assertEquals(19, again.doFinal(new byte[3]).length);
      Refused.with(IllegalStateException.class, () -> again.doFinal(new byte[3]));
      Refused.with(IllegalStateException.class, () -> again.update(new byte[3]));
      Refused.with(IllegalStateException.class, () -> again.updateAAD(AAD));
    }
    Cipher cut = ours(provider, Cipher.ENCRYPT_MODE, key, nonce());
    byte[] used = cut.getIV();
    cut.update(new byte[100]);
    cut.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(128, used));
    Refused.with(IllegalStateException.class, () -> cut.update(new byte[100]));
  }

  @EveryEngine
  void anInitAloneUsesNoNonce(TestEngine engine) throws Exception {
    Provider provider = engine.provider();
    Key key = key();
    GCMParameterSpec spec = nonce();
    Cipher cipher = ours(provider, Cipher.ENCRYPT_MODE, key, spec);
    cipher.updateAAD(AAD);
    cipher.init(Cipher.ENCRYPT_MODE, key, spec);
    cipher.updateAAD(AAD);
    byte[] box = new byte[19];
    Refused.with(ShortBufferException.class, () -> cipher.doFinal(new byte[4], 0, 4, box));
    assertEquals(19, cipher.doFinal(new byte[3], 0, 3, box));
    assertArrayEquals(new byte[3], theirs(Cipher.DECRYPT_MODE, key, spec, box));
  }

  @EveryEngine
  void drawsItsNonceWhereNoneIsGiven(TestEngine engine) throws Exception {
    Provider provider = engine.provider();
    Set<String> seen = new HashSet<>();
    Key key = key();
    for (int i = 0; i < 50; i++) {
      Cipher cipher = ours(provider);
      cipher.init(Cipher.ENCRYPT_MODE, key);
      cipher.updateAAD(AAD);
      AlgorithmParameters parameters = cipher.getParameters();
      byte[] box = cipher.doFinal(Sample.plaintext(20));
      assertTrue(seen.add(Arrays.toString(cipher.getIV())));
      cipher.init(Cipher.DECRYPT_MODE, key, parameters);
      cipher.updateAAD(AAD);
      assertArrayEquals(Sample.plaintext(20), cipher.doFinal(box));
    }
    Cipher cipher = ours(provider);
    assertNull(cipher.getIV());
    assertNull(cipher.getParameters());
    Refused.with(InvalidKeyException.class, () -> cipher.init(Cipher.DECRYPT_MODE, key));
  }

  @EveryEngine
  void releasesNothingThatIsNotVerified(TestEngine engine) throws Exception {
    Provider provider = engine.provider();
    Key key = key();
    GCMParameterSpec spec = nonce();
    Random random = Sample.random("GcmCipherTest.releasesNothingThatIsNotVerified");
    byte[] box = theirs(Cipher.ENCRYPT_MODE, key, spec, Sample.plaintext(5000));
    for (int round = 0; round < 20; round++) {
      byte[] bad = box.clone();
      bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
      Cipher cipher = ours(provider, Cipher.DECRYPT_MODE, key, spec);
      cipher.updateAAD(AAD);
      byte[] out = Sample.filled(5000);
      assertEquals(0, cipher.update(bad, 0, 3000).length);
      Refused.with(
          AEADBadTagException.class, () -> cipher.doFinal(bad, 3000, bad.length - 3000, out, 0));
      assertArrayEquals(Sample.filled(5000), out);
      for (BufferKind kind : BufferKind.writable().toList()) {
        ByteBuffer target = kind.withRoom(5000);
        cipher.updateAAD(AAD);
        Refused.with(AEADBadTagException.class, () -> cipher.doFinal(ByteBuffer.wrap(bad), target));
        assertEquals(0, Reachable.withCanary(List.of(BufferKind.everyByteOf(target))));
      }
      cipher.updateAAD(AAD);
      assertArrayEquals(Sample.plaintext(5000), cipher.doFinal(box), "it goes on");
    }
    for (int length = 0; length < 16; length++) {
      Cipher cipher = ours(provider, Cipher.DECRYPT_MODE, key, spec);
      byte[] tooShort = Arrays.copyOf(box, length);
      Refused.with(AEADBadTagException.class, () -> cipher.doFinal(tooShort));
    }
  }

  @EveryEngine
  void worksInPlaceAndOverlapping(TestEngine engine) throws Exception {
    Provider provider = engine.provider();
    byte[] message = Sample.plaintext(9000);
    for (int shift : new int[] {0, 1, 16, 100}) {
      Key key = key();
      GCMParameterSpec spec = nonce();
      byte[] box = theirs(Cipher.ENCRYPT_MODE, key, spec, message);
      byte[] array = Arrays.copyOf(message, 9200);
      Cipher cipher = ours(provider, Cipher.ENCRYPT_MODE, key, spec);
      cipher.updateAAD(AAD);
      assertEquals(9016, cipher.doFinal(array, 0, 9000, array, shift));
      assertArrayEquals(box, Arrays.copyOfRange(array, shift, shift + 9016));
      cipher.init(Cipher.DECRYPT_MODE, key, spec);
      cipher.updateAAD(AAD);
      ByteBuffer out = ByteBuffer.wrap(array);
      assertEquals(9000, cipher.doFinal(ByteBuffer.wrap(array, shift, 9016), out));
      assertEquals(9000, out.position());
      assertArrayEquals(message, Arrays.copyOf(array, 9000));
    }
  }

  @EveryEngine
  void otherKeysAndParametersAreRefused(TestEngine engine) throws Exception {
    Provider provider = engine.provider();
    Cipher cipher = ours(provider);
    Map<String, Key> bad = BadKeys.all();
    bad.remove("AES-128");
    bad.remove("AES-192");
    bad.put("a UMK", Sample.umk());
    for (var entry : bad.entrySet()) {
      Refused.with(
          InvalidKeyException.class,
          () -> cipher.init(Cipher.ENCRYPT_MODE, entry.getValue(), nonce()));
    }
    for (int tag : new int[] {32, 64, 96, 104, 112, 120}) {
      refused(cipher, new GCMParameterSpec(tag, new byte[12]));
    }
    for (int length : new int[] {0, 1, 8, 11, 13, 16, 32}) {
      refused(cipher, new GCMParameterSpec(128, new byte[length]));
    }
    refused(cipher, new IvParameterSpec(new byte[12]));
    for (int mode : new int[] {Cipher.WRAP_MODE, Cipher.UNWRAP_MODE}) {
      Refused.with(UnsupportedOperationException.class, () -> cipher.init(mode, key(), nonce()));
    }
    Refused.with(IllegalStateException.class, cipher::doFinal);
    Cipher late = ours(provider, Cipher.ENCRYPT_MODE, key(), nonce());
    late.update(new byte[1]);
    Refused.with(IllegalStateException.class, () -> late.updateAAD(AAD));
    Cipher lateToo = ours(provider, Cipher.DECRYPT_MODE, key(), nonce());
    lateToo.update(new byte[1]);
    Refused.with(IllegalStateException.class, () -> lateToo.updateAAD(AAD));
  }

  private static void refused(Cipher cipher, AlgorithmParameterSpec spec) {
    for (int mode : new int[] {Cipher.ENCRYPT_MODE, Cipher.DECRYPT_MODE}) {
      Refused.with(InvalidAlgorithmParameterException.class, () -> cipher.init(mode, key(), spec));
    }
  }

  /** The loop that every program has: an output as long as the input, whatever was held back. */
  @EveryEngine
  void anOutputAsLongAsTheInputIsEnoughForUpdate(TestEngine engine) throws Exception {
    Key key = key();
    GCMParameterSpec spec = nonce();
    byte[] message = Sample.plaintext(30_000);
    Cipher cipher = ours(engine.provider(), Cipher.ENCRYPT_MODE, key, spec);
    cipher.updateAAD(AAD);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] room = new byte[8192];
    int done = 0;
    for (int length : new int[] {100, 8192, 1, 15, 8192, 8192}) {
      out.write(room, 0, cipher.update(message, done, length, room, 0));
      done += length;
    }
    out.writeBytes(cipher.doFinal(message, done, message.length - done));
    assertArrayEquals(theirs(Cipher.ENCRYPT_MODE, key, spec, message), out.toByteArray());
  }

  /** One object that threads share by mistake: never two messages under one nonce. */
  @EveryEngine
  void threadsThatShareOneGetNoNonceTwice(TestEngine engine) throws Exception {
    Key key = key();
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      for (int round = 0; round < 300; round++) {
        Cipher shared = ours(engine.provider(), Cipher.ENCRYPT_MODE, key, nonce());
        List<Callable<byte[]>> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          byte[] message = {(byte) i, 1, 2, 3};
          threads.add(
              () -> {
                try {
                  return shared.doFinal(message);
                } catch (IllegalStateException refused) {
                  return new byte[0];
                }
              });
        }
        int sealed = 0;
        for (Future<byte[]> result : pool.invokeAll(threads)) {
          sealed += result.get().length == 0 ? 0 : 1;
        }
        assertEquals(1, sealed);
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void aMessageHasAtMostWhatItsCounterAllows() throws Exception {
    long most = (1L << 36) - 32;
    Method fits =
        Class.forName("dev.e2ee.internal.primitive.cipher.GcmPhase$Sealing")
            .getDeclaredMethod("fits", long.class, long.class);
    fits.setAccessible(true);
    assertEquals(true, fits.invoke(null, most - 5, 5L));
    assertEquals(false, fits.invoke(null, most - 5, 6L));
    assertEquals(false, fits.invoke(null, most, 1L));
  }

  @Test
  void anEnginesBugIsTold() throws GeneralSecurityException {
    RecordingEngine engine = new RecordingEngine();
    Cipher cipher = ours(new E2eeProvider(engine), Cipher.ENCRYPT_MODE, key(), nonce());
    engine.beforeGcm(
        () -> {
          throw new IllegalArgumentException("broken");
        });
    Refused.with(ProviderException.class, () -> cipher.doFinal(new byte[1]));
    Refused.with(IllegalStateException.class, () -> cipher.doFinal(new byte[1]));
  }
}
