package dev.e2ee.custody.pkcs11;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiException;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiSession;
import dev.e2ee.custody.pkcs11.internal.key.KeyLabel;
import dev.e2ee.custody.pkcs11.internal.key.KeyUse;
import dev.e2ee.custody.pkcs11.internal.key.TokenKey;
import dev.e2ee.custody.pkcs11.internal.key.UmkWork;
import dev.e2ee.custody.pkcs11.internal.session.Connection;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.DekWrap;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyKind;
import dev.e2ee.spi.key.KeyState;
import dev.e2ee.spi.key.Residency;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Many threads, and many operations. */
abstract class Storm {
  /** Through which the module is called. */
  abstract Binding binding();

  private static final boolean SOAK = Boolean.getBoolean("e2ee.custody.soak");
  private static final int ROUNDS = SOAK ? 50 : 10;
  private static final int OPERATIONS = SOAK ? 100_000 : 10_000;

  private static DekWrap wrap(CustodyKey key) {
    return key.operation(DekWrap.class).orElseThrow();
  }

  private static byte[] number(int thread, int operation) {
    return ByteBuffer.allocate(32).putInt(28, thread).putInt(0, operation).array();
  }

  private interface Work {
    void run(int thread) throws Exception;
  }

  private static Throwable together(int threads, Work work) throws InterruptedException {
    AtomicReference<Throwable> wrong = new AtomicReference<>();
    List<Thread> all = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      int number = i;
      Thread thread =
          new Thread(
              () -> {
                try {
                  work.run(number);
                } catch (Throwable e) {
                  wrong.compareAndSet(null, e);
                }
              });
      thread.start();
      all.add(thread);
    }
    for (Thread thread : all) {
      thread.join();
    }
    return wrong.get();
  }

  /** Two keys in turn: with a stale operation on a session one would wrap as the other. */
  @ParameterizedTest
  @CsvSource({"32, 256", "256, 32"})
  void everyThreadGetsWhatIsItsOwn(int threads, int operations) throws Exception {
    try (Pkcs11Custody custody = Opened.unlocked(RealToken.SOFTHSM.make(binding()).uri())) {
      DekWrap[] umks = {
        wrap(custody.generate("one", KeyKind.UMK)), wrap(custody.generate("two", KeyKind.UMK))
      };
      AtomicInteger done = new AtomicInteger();
      Throwable wrong =
          together(
              threads,
              thread -> {
                for (int i = 0; i < operations; i++) {
                  byte[] mine = number(thread, i);
                  byte[] aad = number(i, thread);
                  DekWrap umk = umks[i % 2];
                  try (SecretBytes dek = SecretBytes.copyOf(mine);
                      SecretBytes back = umk.unwrap(umk.wrap(dek, aad), aad)) {
                    assertArrayEquals(mine, back.copy());
                  }
                  done.incrementAndGet();
                }
              });
      assertNull(wrong);
      assertEquals(threads * operations, done.get());
      assertTrue(custody.lanes() <= 16, "lanes: " + custody.lanes());
    }
  }

  /** The same against AES-GCM in software, under a key that was brought in and so is known. */
  @ParameterizedTest
  @CsvSource({"32, 256", "256, 32"})
  void everyWrapIsWhatSoftwareMakesAndOpens(int threads, int operations) throws Exception {
    RealToken.Made token = RealToken.SOFTHSM.make(binding());
    byte[] secret = Engine.jdk().random(32);
    try (Pkcs11Custody custody = Opened.unlocked(token.uri())) {
      custody.list();
      // A custody uses no key from outside [token-18]: what its keys are for is asked directly.
      TokenKey key = bringIn(token, secret);
      UmkWork work = custody.works().umk(KeyUse.GCM);
      Throwable wrong =
          together(
              threads,
              thread -> {
                Cipher software = Cipher.getInstance("AES/GCM/NoPadding");
                for (int i = 0; i < operations; i++) {
                  byte[] mine = number(thread, i);
                  byte[] aad = number(i, thread);
                  try (SecretBytes dek = SecretBytes.copyOf(mine)) {
                    byte[] wrap = onToken(custody, session -> work.wrap(session, key, dek, aad));
                    init(software, Cipher.DECRYPT_MODE, secret, Arrays.copyOf(wrap, 12), aad);
                    assertArrayEquals(mine, software.doFinal(wrap, 12, wrap.length - 12));
                  }
                  byte[] nonce = Engine.jdk().random(12);
                  init(software, Cipher.ENCRYPT_MODE, secret, nonce, aad);
                  byte[] made = Arrays.copyOf(nonce, 60);
                  software.doFinal(mine, 0, 32, made, 12);
                  try (SecretBytes back =
                      onToken(custody, session -> unwrap(work, session, key, made, aad))) {
                    assertArrayEquals(mine, back.copy());
                  }
                }
              });
      assertNull(wrong);
    }
  }

  private interface OnToken<T> {
    T with(CryptokiSession session) throws CryptokiException;
  }

  private static <T> T onToken(Pkcs11Custody custody, OnToken<T> work) {
    return custody.connection().run(Connection.Effect.NONE, (session, epoch) -> work.with(session));
  }

  private static SecretBytes unwrap(
      UmkWork work, CryptokiSession session, TokenKey key, byte[] wrap, byte[] aad)
      throws CryptokiException {
    try {
      return work.unwrap(session, key, wrap, aad);
    } catch (AEADBadTagException e) {
      throw new AssertionError(e);
    }
  }

  private static void init(Cipher cipher, int mode, byte[] key, byte[] nonce, byte[] aad)
      throws GeneralSecurityException {
    cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
    cipher.updateAAD(aad);
  }

  private static TokenKey bringIn(RealToken.Made token, byte[] secret) throws Exception {
    KeyId id = KeyId.of(Engine.jdk().random(KeyId.LENGTH));
    KeyLabel label = new KeyLabel("known", 1, KeyState.PRIMARY, KeyUse.GCM, 0, "00".repeat(29));
    try (RawToken raw = new RawToken(token)) {
      long object =
          raw.create(
              RawToken.attribute(RawToken.CLASS, 4L),
              RawToken.attribute(RawToken.KEY_TYPE, 0x1fL),
              RawToken.attribute(RawToken.TOKEN, true),
              RawToken.attribute(RawToken.PRIVATE, true),
              RawToken.attribute(RawToken.ENCRYPT, true),
              RawToken.attribute(RawToken.DECRYPT, true),
              RawToken.attribute(RawToken.VALUE, secret),
              RawToken.attribute(RawToken.ID, id.toBytes()),
              RawToken.attribute(RawToken.LABEL, label.text()));
      return new TokenKey(object, id, label, Residency.ISOLATED);
    }
  }

  @Test
  void closingUnderLoadCrashesNothing() throws Exception {
    RealToken.Made token = RealToken.SOFTHSM.make(binding());
    KeyId id;
    try (Pkcs11Custody custody = Opened.unlocked(token.uri())) {
      id = custody.generate("records", KeyKind.UMK).id();
    }
    for (int round = 0; round < ROUNDS; round++) {
      Pkcs11Custody custody = Opened.unlocked(token.uri());
      DekWrap umk = wrap(custody.find(id));
      CountDownLatch busy = new CountDownLatch(32);
      Thread closer =
          new Thread(
              () -> {
                try {
                  busy.await();
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
                custody.close();
              });
      closer.start();
      Throwable wrong =
          together(
              32,
              thread -> {
                boolean first = true;
                try (SecretBytes dek = SecretBytes.adopt(new byte[32])) {
                  while (true) {
                    umk.unwrap(umk.wrap(dek, new byte[0]), new byte[0]).close();
                    if (first) {
                      busy.countDown();
                      first = false;
                    }
                  }
                } catch (CustodyException e) {
                  assertTrue(e.kind() == Kind.CLOSED || e.kind() == Kind.LOCKED, String.valueOf(e));
                }
              });
      closer.join();
      assertNull(wrong);
    }
    try (Pkcs11Custody custody = Opened.unlocked(token.uri())) {
      assertEquals(id, custody.find("records").id());
    }
  }

  @Test
  void manyOperationsLeaveNothingOpen() throws Exception {
    assumeTrue(Files.exists(Path.of("/proc/self/fd")), "needs /proc");
    FaultyModule[] module = new FaultyModule[1];
    try (Pkcs11Custody custody =
            Opened.faulty(
                RealToken.SOFTHSM.make(binding()).uri(),
                Opened.giving(RealToken.PIN),
                made -> module[0] = made);
        SecretBytes dek = SecretBytes.adopt(new byte[32])) {
      custody.unlock();
      DekWrap umk = wrap(custody.generate("records", KeyKind.UMK));
      work(umk, dek, 200);
      long descriptors = descriptors();
      int lanes = custody.lanes();
      int sessions = module[0].openSessions();
      int threads = Thread.activeCount();
      work(umk, dek, OPERATIONS);
      for (int i = 0; i < 100; i++) {
        assertEquals(Kind.INTEGRITY, kindOf(() -> umk.unwrap(new byte[60], new byte[0]).close()));
      }
      assertEquals(lanes, custody.lanes());
      assertEquals(sessions, module[0].openSessions());
      assertTrue(descriptors() <= descriptors + 2, descriptors + " to " + descriptors());
      assertTrue(Thread.activeCount() <= threads + 1);
    }
  }

  /** One session is the login's, the others are lanes: as many as the token allows, or 16. */
  @ParameterizedTest
  @CsvSource({"3, 3", "9, 9", "0, 17", "1000, 17"})
  void aSlowTokenGetsNoMoreSessionsThanItAllows(long allowed, int most) throws Exception {
    FaultyModule[] module = new FaultyModule[1];
    try (Pkcs11Custody custody =
        Opened.faulty(
            RealToken.SOFTHSM.make(binding()).uri(),
            Opened.giving(RealToken.PIN),
            made -> {
              module[0] = made;
              made.disguise(
                  real -> FaultyModule.retold(real, real.flags(), real.hardware(), allowed));
            })) {
      custody.unlock();
      DekWrap umk = wrap(custody.generate("records", KeyKind.UMK));
      module[0].slow(Duration.ofMillis(20));
      Throwable wrong =
          together(
              32,
              thread -> {
                try (SecretBytes dek = SecretBytes.adopt(new byte[32])) {
                  for (int i = 0; i < 8; i++) {
                    umk.wrap(dek, new byte[0]);
                  }
                }
              });
      assertNull(wrong);
      assertEquals(most, module[0].mostOpenSessions());
    }
  }

  private static Kind kindOf(Runnable action) {
    try {
      action.run();
    } catch (CustodyException e) {
      return e.kind();
    }
    throw new AssertionError("nothing was refused");
  }

  private static void work(DekWrap umk, SecretBytes dek, int count) {
    byte[] aad = {1, 2, 3};
    for (int i = 0; i < count; i += 2) {
      umk.unwrap(umk.wrap(dek, aad), aad).close();
    }
  }

  private static long descriptors() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    }
  }
}
