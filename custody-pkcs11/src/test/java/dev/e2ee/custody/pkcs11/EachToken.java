package dev.e2ee.custody.pkcs11;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.EnvelopeParameterSpec;
import dev.e2ee.envelope.RecordContext;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.Health;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.Capability;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.DekWrap;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyKind;
import dev.e2ee.spi.key.KeyState;
import dev.e2ee.spi.key.Residency;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every token must do that can hold a UMK. */
abstract class EachToken {
  /** Through which the module is called. */
  abstract Binding binding();

  private static final byte[] AAD = {1, 2, 3};

  static Stream<RealToken> holdingUmks() {
    return Arrays.stream(RealToken.values()).filter(kind -> kind.holds(KeyKind.UMK));
  }

  private static SecretBytes dek() {
    byte[] bytes = new byte[32];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) i;
    }
    return SecretBytes.adopt(bytes);
  }

  private static DekWrap wrap(CustodyKey key) {
    return key.operation(DekWrap.class).orElseThrow();
  }

  private static void refused(Kind kind, Runnable action) {
    assertEquals(kind, assertThrows(CustodyException.class, action::run).kind());
  }

  @ParameterizedTest
  @MethodSource("holdingUmks")
  void aUmkIsMadeInTheTokenAndStaysThere(RealToken kind) throws Exception {
    RealToken.Made token = kind.make(binding());
    KeyDescription made;
    byte[] wrapped;
    try (Pkcs11Custody custody = Opened.unlocked(token.uri())) {
      assertTrue(custody.capabilities().contains(Capability.DEK_WRAP));
      assertTrue(custody.capabilities().contains(Capability.GENERATE));
      CustodyKey key = custody.generate("records", KeyKind.UMK);
      assertNull(key.getEncoded());
      made = key.description();
      assertEquals(1, made.generation());
      assertEquals(KeyState.PRIMARY, made.state());
      Residency residency = kind == RealToken.TPM2 ? Residency.HARDWARE : Residency.ISOLATED;
      assertEquals(residency, made.residency());
      assertEquals(List.of(made), custody.list());
      try (SecretBytes dek = dek()) {
        wrapped = wrap(key).wrap(dek, AAD);
      }
      assertEquals(wrap(key).wrappedLength(), wrapped.length);
      refused(Kind.UNSUPPORTED, () -> custody.export(key.id(), "a test").close());
      refused(Kind.CONFLICT, () -> custody.generate("records", KeyKind.UMK));
      refused(Kind.MISSING, () -> custody.find("others"));
    }
    try (Pkcs11Custody again = Opened.unlocked(token.uri());
        SecretBytes back = wrap(again.find("records")).unwrap(wrapped, AAD);
        SecretBytes dek = dek()) {
      assertTrue(back.sameBytes(dek));
      assertEquals(made, again.find(made.id()).description());
    }
  }

  @ParameterizedTest
  @MethodSource("holdingUmks")
  void everyBitOfAWrapAndItsAadCount(RealToken kind) throws Exception {
    try (Pkcs11Custody custody = Opened.unlocked(kind.make(binding()).uri());
        SecretBytes dek = dek()) {
      DekWrap umk = wrap(custody.generate("records", KeyKind.UMK));
      for (int length : new int[] {0, 1, 65536}) {
        byte[] aad = new byte[length];
        byte[] wrapped = umk.wrap(dek, aad);
        umk.unwrap(wrapped, aad).close();
        refused(Kind.INTEGRITY, () -> umk.unwrap(wrapped, new byte[length + 1]).close());
      }
      byte[] wrapped = umk.wrap(dek, AAD);
      for (int bit = 0; bit < wrapped.length * 8; bit++) {
        byte[] changed = wrapped.clone();
        changed[bit / 8] ^= (byte) (1 << (bit % 8));
        refused(Kind.INTEGRITY, () -> umk.unwrap(changed, AAD).close());
      }
      refused(Kind.INTEGRITY, () -> umk.unwrap(new byte[0], AAD).close());
      byte[] longer = Arrays.copyOf(wrapped, wrapped.length + 1);
      refused(Kind.INTEGRITY, () -> umk.unwrap(longer, AAD).close());
    }
  }

  @ParameterizedTest
  @MethodSource("holdingUmks")
  void rotationKeepsTheOldGenerationForUnwrapping(RealToken kind) throws Exception {
    try (Pkcs11Custody custody = Opened.unlocked(kind.make(binding()).uri());
        SecretBytes dek = dek()) {
      CustodyKey first = custody.generate("records", KeyKind.UMK);
      byte[] wrapped = wrap(first).wrap(dek, AAD);
      CustodyKey second = custody.rotate("records");
      assertEquals(2, second.description().generation());
      assertNotEquals(first.id(), second.id());
      assertEquals(KeyState.OLD, first.description().state());
      refused(Kind.POLICY, () -> wrap(first).wrap(dek, AAD));
      wrap(first).unwrap(wrapped, AAD).close();
      refused(Kind.INTEGRITY, () -> wrap(second).unwrap(wrapped, AAD).close());
      assertEquals(second.id(), custody.find("records").id());
      assertEquals(first.id(), second.generation(first.id()).id());
      refused(Kind.POLICY, () -> custody.retire(second.id()));
      custody.retire(first.id());
      refused(Kind.POLICY, () -> wrap(first).unwrap(wrapped, AAD).close());
    }
  }

  @ParameterizedTest
  @MethodSource("holdingUmks")
  void anApplicationThatKnowsOnlyCipherSealsUnderIt(RealToken kind) throws Exception {
    RecordContext context = RecordContext.of("ann", "note", "1");
    E2eeProvider provider = new E2eeProvider();
    try (Pkcs11Custody custody = Opened.unlocked(kind.make(binding()).uri())) {
      CustodyKey umk = custody.generate("records", KeyKind.UMK);
      Cipher seal = Cipher.getInstance("E2EE-Envelope", provider);
      seal.init(Cipher.ENCRYPT_MODE, umk, new EnvelopeParameterSpec(context));
      byte[] envelope = seal.doFinal("Penicillin".getBytes(StandardCharsets.UTF_8));
      assertEquals(wrap(umk).wrapAlg(), Envelope.inspect(envelope).wrapAlg());
      CustodyKey next = custody.rotate("records");
      Cipher open = Cipher.getInstance("E2EE-Envelope", provider);
      open.init(Cipher.DECRYPT_MODE, next, new EnvelopeParameterSpec(context));
      assertArrayEquals("Penicillin".getBytes(StandardCharsets.UTF_8), open.doFinal(envelope));
      try (Envelope moved = Envelope.with(next, provider)) {
        byte[] rewrapped = moved.rewrap(envelope, next, context);
        assertEquals(next.id(), Envelope.inspect(rewrapped).keyId());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("holdingUmks")
  void lockedIsNotMissingAndAWrongPinIsTriedOnce(RealToken kind) throws Exception {
    RealToken.Made token = kind.make(binding());
    try (Pkcs11Custody custody = Opened.unlocked(token.uri())) {
      CustodyKey key = custody.generate("records", KeyKind.UMK);
      assertEquals(Health.Status.READY, custody.health().status());
      custody.lock();
      assertEquals(Health.Status.LOCKED, custody.health().status());
      refused(Kind.LOCKED, () -> custody.find("records"));
      refused(Kind.LOCKED, () -> custody.find("others"));
      refused(Kind.LOCKED, key::description);
      custody.unlock();
      assertEquals(1, key.description().generation());
    }
    try (Pkcs11Custody custody = new Pkcs11Provider().open(token.uri(), Opened.giving("wrong"))) {
      for (int i = 0; i < 3; i++) {
        refused(Kind.AUTH_FAILED, custody::unlock);
      }
      refused(Kind.LOCKED, () -> custody.find("records"));
    }
    assertFalse(token.uri().toString().contains("softhsm2.so"));
  }
}
