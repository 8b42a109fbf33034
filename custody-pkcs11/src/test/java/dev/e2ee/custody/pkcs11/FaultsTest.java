package dev.e2ee.custody.pkcs11;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.custody.pkcs11.internal.cryptoki.Ckr;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Token;
import dev.e2ee.custody.pkcs11.internal.key.KeyUse;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.Health;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.Capability;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.DekWrap;
import dev.e2ee.spi.key.EcdhAgreement;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyKind;
import dev.e2ee.spi.key.KeyState;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import javax.security.auth.callback.PasswordCallback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Faults of a token that no installed one shows at will: a real SoftHSM, some of whose calls fail.
 */
@Tag("once")
class FaultsTest {
  /** Through which the module is called; {@link FaultsSunTest} names the other one. */
  Binding binding() {
    return Binding.DEFAULT;
  }

  private static final byte[] AAD = {1};

  private final SecretBytes dek = SecretBytes.adopt(new byte[32]);
  private RealToken.Made token;
  private FaultyModule module;
  private Pkcs11Custody custody;

  @BeforeEach
  void open() throws Exception {
    token = RealToken.SOFTHSM.make(binding());
    custody = open(Opened.giving(RealToken.PIN));
  }

  private Pkcs11Custody open(CustodyOptions options) {
    return Opened.faulty(token.uri(), options, made -> module = made);
  }

  @AfterEach
  void close() {
    custody.close();
    dek.close();
  }

  private static DekWrap wrap(CustodyKey key) {
    return key.operation(DekWrap.class).orElseThrow();
  }

  private static CustodyException refused(Kind kind, Runnable action) {
    CustodyException e = assertThrows(CustodyException.class, action::run);
    assertEquals(kind, e.kind(), e.getMessage());
    return e;
  }

  @Test
  void aModuleThatDidNotStartIsNotInUse() {
    custody.close();
    CustodyOptions options = Opened.giving(RealToken.PIN);
    refused(
        Kind.TRANSIENT,
        () ->
            Pkcs11Custody.open(
                token.uri(),
                options,
                path -> {
                  FaultyModule broken = new FaultyModule(binding().load(path, Optional.empty()));
                  broken.fail("C_Initialize", Ckr.FUNCTION_FAILED, 1);
                  return broken;
                }));
    for (Binding other : Binding.values()) {
      custody = new Pkcs11Provider().open(token.through(other).uri(), options);
      custody.unlock();
      custody.close();
    }
  }

  private void openGiving(String[] pin) {
    custody.close();
    custody =
        open(
            CustodyOptions.defaults()
                .withDeadline(Duration.ofSeconds(2))
                .withCallbackHandler(
                    callbacks ->
                        ((PasswordCallback) callbacks[0]).setPassword(pin[0].toCharArray())));
    custody.unlock();
  }

  /** The next wrap does not come back before this says so. */
  private CountDownLatch holdsTheNextWrap(CountDownLatch begun) {
    CountDownLatch over = new CountDownLatch(1);
    module.before(
        "C_Encrypt",
        () -> {
          begun.countDown();
          try {
            over.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    return over;
  }

  @Test
  void aCallThatIsInsideKeepsTheLoginButLetsNoWrongPinIn() throws Exception {
    String[] pin = {RealToken.PIN};
    openGiving(pin);
    DekWrap umk = wrap(custody.generate("records", KeyKind.UMK));
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch over = holdsTheNextWrap(begun);
    FutureTask<byte[]> inside = new FutureTask<>(() -> umk.wrap(dek, AAD));
    new Thread(inside).start();
    begun.await();
    custody.lock();
    pin[0] = "wrong";
    refused(Kind.AUTH_FAILED, custody::unlock);
    refused(Kind.LOCKED, () -> custody.find("records"));
    over.countDown();
    inside.get();
    refused(Kind.AUTH_FAILED, custody::unlock);
    pin[0] = RealToken.PIN;
    custody.unlock();
    custody.find("records");
  }

  /** Nobody can initialise a module anew in which a call is. */
  @Test
  void aCallThatHangsAndOneFaultLeaveTheOthersAWay() throws Exception {
    openGiving(new String[] {RealToken.PIN});
    DekWrap umk = wrap(custody.generate("records", KeyKind.UMK));
    CountDownLatch over = holdsTheNextWrap(new CountDownLatch(1));
    try {
      refused(Kind.TIMEOUT, () -> umk.wrap(dek, AAD));
      module.fail("C_Encrypt", Ckr.GENERAL_ERROR, 2); // in a session that is new, and once more
      refused(Kind.TRANSIENT, () -> umk.wrap(dek, AAD));
      umk.unwrap(umk.wrap(dek, AAD), AAD).close();
    } finally {
      over.countDown();
    }
  }

  @Test
  void lockingLogsOutSoThatTheNextPinIsLookedAt() {
    String[] pin = {RealToken.PIN};
    openGiving(pin);
    custody.generate("records", KeyKind.UMK);
    custody.lock();
    pin[0] = "wrong";
    refused(Kind.AUTH_FAILED, custody::unlock);
    refused(Kind.LOCKED, () -> custody.find("records"));
    pin[0] = RealToken.PIN;
    custody.unlock();
    assertEquals(1, custody.find("records").description().generation());
  }

  @Test
  void askingForItsHealthNeitherConnectsNorLogsIn() {
    custody.unlock();
    custody.generate("records", KeyKind.UMK);
    int logins = module.calls("C_Login");
    int sessions = module.calls("C_OpenSession");
    module.fail("C_FindObjects", Ckr.DEVICE_REMOVED, Integer.MAX_VALUE);
    for (int i = 0; i < 3; i++) {
      assertEquals(Health.Status.UNAVAILABLE, custody.health().status());
    }
    module.heal();
    assertEquals(Health.Status.UNAVAILABLE, custody.health().status());
    assertEquals(logins, module.calls("C_Login"));
    assertEquals(sessions, module.calls("C_OpenSession"));
    custody.find("records");
    assertEquals(Health.Status.READY, custody.health().status());
  }

  @ParameterizedTest
  @EnumSource(
      value = Ckr.class,
      names = {"GENERAL_ERROR", "FUNCTION_FAILED", "DEVICE_ERROR", "HOST_MEMORY"})
  void aSickTokenIsNoTampering(Ckr code) {
    custody.unlock();
    DekWrap umk = wrap(custody.generate("records", KeyKind.UMK));
    byte[] wrapped = umk.wrap(dek, AAD);
    module.fail("C_Decrypt", code, Integer.MAX_VALUE);
    CustodyException sick =
        assertThrows(CustodyException.class, () -> umk.unwrap(wrapped, AAD).close());
    assertTrue(sick.kind() == Kind.TRANSIENT || sick.kind() == Kind.EXHAUSTED, sick.getMessage());
    assertEquals(code.code(), sick.nativeCode().orElseThrow());
    assertFalse(sick.mayHaveTakenEffect());
    byte[] changed = wrapped.clone();
    changed[20] ^= 1;
    CustodyException both =
        assertThrows(CustodyException.class, () -> umk.unwrap(changed, AAD).close());
    assertEquals(sick.kind(), both.kind());
    module.heal();
    refused(Kind.INTEGRITY, () -> umk.unwrap(changed, AAD).close());
    umk.unwrap(wrapped, AAD).close();
  }

  /** CKR_OK, and not what was asked for. */
  @Test
  void aTokenThatGivesTooLittleIsNoTampering() {
    custody.unlock();
    DekWrap umk = wrap(custody.generate("records", KeyKind.UMK));
    byte[] wrapped = umk.wrap(dek, AAD);
    for (int length : new int[] {0, 16, 31}) {
      module.lie("C_Decrypt", 1, truth -> Arrays.copyOf(truth, length));
      refused(Kind.TRANSIENT, () -> umk.unwrap(wrapped, AAD));
    }
    umk.unwrap(wrapped, AAD).close();
    CustodyKey hmac = custody.generate("macs", KeyUse.HMAC);
    module.lie("C_Sign", 1, truth -> new byte[truth.length]); // [token-8]
    refused(Kind.TRANSIENT, () -> wrap(hmac).wrap(dek, AAD));
    wrap(hmac).unwrap(wrap(hmac).wrap(dek, AAD), AAD).close();
  }

  @Test
  void oneFaultThatPassesChoosesNoOtherSuite() {
    custody.unlock();
    module.fail("C_Encrypt", Ckr.FUNCTION_NOT_SUPPORTED, 1);
    assertEquals(1, wrap(custody.generate("records", KeyKind.UMK)).wrapAlg());
  }

  /** Who read the key before may not go on with what they read. */
  @Test
  void whatIsReadWhileAKeyIsRetiredIsNotKept() {
    custody.unlock();
    CustodyKey first = custody.generate("records", KeyKind.UMK);
    byte[] wrapped = wrap(first).wrap(dek, AAD);
    custody.rotate("records");
    module.before(
        "C_SetAttributeValue",
        () -> CompletableFuture.runAsync(() -> wrap(first).unwrap(wrapped, AAD).close()).join());
    custody.retire(first.id());
    refused(Kind.POLICY, () -> wrap(first).unwrap(wrapped, AAD));
  }

  @Test
  void oneFaultThatPassesIsNoTampering() {
    custody.unlock();
    CustodyKey key = custody.generate("records", KeyKind.UMK);
    DekWrap umk = wrap(key);
    byte[] wrapped = umk.wrap(dek, AAD);
    module.fail("C_Decrypt", Ckr.GENERAL_ERROR, 1);
    umk.unwrap(wrapped, AAD).close();
    custody.lock();
    custody.unlock();
    module.fail("C_Decrypt", Ckr.GENERAL_ERROR, 1);
    assertEquals(key.id(), custody.find("records").id(), "its check, which is asked again");
  }

  @Test
  void aSessionWithoutALoginSaysNothingOfKeys() {
    custody.unlock();
    KeyId id = custody.generate("records", KeyKind.UMK).id();
    int logins = module.calls("C_Login");
    module.fail("C_FindObjects", Ckr.USER_NOT_LOGGED_IN, 1);
    assertEquals(id, custody.find("records").id());
    module.fail("C_GetSessionInfo", Ckr.USER_NOT_LOGGED_IN, 1);
    assertEquals(1, custody.list().size());
    assertTrue(module.calls("C_Login") >= logins);
  }

  @Test
  void anotherTokenInItsPlaceGetsNoPin() {
    custody.unlock();
    custody.generate("records", KeyKind.UMK);
    int logins = module.calls("C_Login");
    module.disguise(
        real ->
            new Token(
                real.slot(),
                real.label(),
                real.manufacturer(),
                real.model(),
                "another",
                real.flags(),
                real.hardware(),
                real.maxSessions()));
    module.fail("C_FindObjects", Ckr.DEVICE_REMOVED, 1);
    refused(Kind.REMOVED, () -> custody.find("records"));
    assertEquals(logins, module.calls("C_Login"));
  }

  @Test
  void anotherCustodyThatInitialisesTheModuleAnewEndsThisEpoch() throws Exception {
    custody.unlock();
    CustodyKey key = custody.generate("records", KeyKind.UMK);
    byte[] wrapped = wrap(key).wrap(dek, AAD);
    FaultyModule shared = module;
    try (Pkcs11Custody other = open(Opened.giving(RealToken.PIN))) {
      module = shared;
      other.unlock();
      int before = module.calls("C_Initialize");
      Thread.sleep(1100);
      module.fail("C_OpenSession", Ckr.DEVICE_ERROR, 2);
      module.fail("C_GetSessionInfo", Ckr.DEVICE_ERROR, 1); // this custody's: it is not at work
      other.find("records");
      assertEquals(before + 1, module.calls("C_Initialize"));
      // Numbers of sessions and objects begin anew: the old ones are not used.
      wrap(key).unwrap(wrapped, AAD).close();
      assertEquals(key.id(), custody.find("records").id());
    }
  }

  @Test
  void aTokenThatFailsAtOtherKeysHoldsAUmkAllTheSame() {
    // [token-11]
    custody.unlock();
    module.fail("C_GenerateKeyPair", Ckr.FUNCTION_FAILED, Integer.MAX_VALUE);
    custody.generate("records", KeyKind.UMK);
    refused(Kind.TRANSIENT, () -> custody.generate("phone", KeyKind.SIGNING_P256));
  }

  @ParameterizedTest
  @EnumSource(
      value = KeyKind.class,
      names = {"SIGNING_P256", "AGREEMENT_P256"})
  void aNewGenerationIsMadeOnlyByASuiteThatPassesItsSelfTestNow(KeyKind kind) {
    // [token-12]
    custody.unlock();
    KeyId first = custody.generate("phone", kind).id();
    module.before(
        "C_GenerateKeyPair",
        () -> {
          module.spoilSignatures(Integer.MAX_VALUE);
          module.spoilValues(true);
        });
    refused(Kind.UNSUPPORTED, () -> custody.rotate("phone"));
    module.spoilSignatures(0);
    module.spoilValues(false);
    assertEquals(first, custody.find("phone").id());
    assertEquals(1, custody.list().size());
  }

  @Test
  void aNameIsFoundByReadingTheTokenOnce() {
    custody.unlock();
    KeyId id = custody.generate("records", KeyKind.UMK).id();
    custody.lock();
    custody.unlock();
    int before = module.calls("C_FindObjects");
    assertEquals(id, custody.find("records").id());
    assertEquals(
        before + 4,
        module.calls("C_FindObjects"),
        "all secret keys, all private ones, and those two with the id");
  }

  @Test
  void whatSoftwareComputesOtherwiseIsNotProven() {
    // [token-11]
    custody.unlock();
    module.spoilSignatures(Integer.MAX_VALUE);
    module.spoilValues(true);
    assertEquals(Set.of(Capability.GENERATE, Capability.DEK_WRAP), custody.capabilities());
  }

  @Test
  void theSharedSecretThatTheTokenShowedIsWipedWithTheOneThatWasGiven() {
    custody.unlock();
    EcdhAgreement ecdh =
        custody
            .generate("phone", KeyKind.AGREEMENT_P256)
            .operation(EcdhAgreement.class)
            .orElseThrow();
    int before = module.values().size();
    SecretBytes secret = ecdh.agree(ecdh.publicPoint());
    secret.close();
    assertTrue(module.values().size() > before && before > 0);
    for (byte[] value : module.values()) {
      assertArrayEquals(new byte[32], value);
    }
  }

  @Test
  void whatWasRetiredDuringARotationStaysRetired() throws Exception {
    custody.unlock();
    KeyId first = custody.generate("records", KeyKind.UMK).id();
    custody.rotate("records");
    module.before("C_GenerateKey", () -> custody.retire(first));
    custody.rotate("records");
    assertEquals(KeyState.RETIRED, custody.find(first).description().state());
  }

  @Test
  void aWrongTagIsTamperingThoughTheTokenCallsItAGeneralError() {
    custody.unlock();
    DekWrap umk = wrap(custody.generate("records", KeyKind.UMK));
    byte[] wrapped = umk.wrap(dek, AAD);
    int before = module.calls("C_Decrypt");
    refused(Kind.INTEGRITY, () -> umk.unwrap(wrapped, new byte[] {2}).close());
    assertEquals(
        before + 5,
        module.calls("C_Decrypt"),
        "the wrap, what was just sealed, the key's check, the wrap again, what was just sealed");
  }

  @Test
  void aLostSessionIsReplacedAndTheKeyCheckedAgain() {
    custody.unlock();
    DekWrap umk = wrap(custody.generate("records", KeyKind.UMK));
    byte[] wrapped = umk.wrap(dek, AAD);
    for (Ckr code : new Ckr[] {Ckr.SESSION_HANDLE_INVALID, Ckr.DEVICE_REMOVED, Ckr.DEVICE_ERROR}) {
      int logins = module.calls("C_Login");
      int checks = module.calls("C_Decrypt");
      module.fail("C_Decrypt", code, 1);
      umk.unwrap(wrapped, AAD).close();
      assertTrue(module.calls("C_Login") <= logins + 1);
      assertEquals(
          checks + 3, module.calls("C_Decrypt"), "the lost one, the check, the second one");
    }
  }

  @Test
  void whatMayHaveChangedTheTokenIsNotRepeated() {
    custody.unlock();
    custody.capabilities();
    int before = module.calls("C_GenerateKey");
    module.fail("C_GenerateKey", Ckr.DEVICE_ERROR, Integer.MAX_VALUE);
    CustodyException lost = refused(Kind.TRANSIENT, () -> custody.generate("records", KeyKind.UMK));
    assertTrue(lost.mayHaveTakenEffect());
    assertEquals(before + 1, module.calls("C_GenerateKey"));
    module.heal();
    refused(Kind.MISSING, () -> custody.find("records"));
  }

  @Test
  void whatAGenerateLeavesBehindIsNoKey() {
    custody.unlock();
    custody.capabilities();
    module.fail("C_SetAttributeValue", Ckr.DEVICE_ERROR, Integer.MAX_VALUE);
    module.fail("C_DestroyObject", Ckr.DEVICE_ERROR, Integer.MAX_VALUE);
    refused(Kind.TRANSIENT, () -> custody.generate("records", KeyKind.UMK));
    module.heal();
    // It may be another process's, at work: it is left alone for ten minutes. [token-14]
    refused(Kind.CONFLICT, () -> custody.generate("records", KeyKind.UMK));
    refused(Kind.MISSING, () -> custody.find("records"));
    custody.generate("others", KeyKind.UMK);
  }

  @Test
  void lockedOutOfATokenThatIsGoneIsRemovedNotMissing() {
    custody.unlock();
    custody.generate("records", KeyKind.UMK);
    module.fail("C_GetSlotList", Ckr.TOKEN_NOT_PRESENT, Integer.MAX_VALUE);
    module.fail("C_FindObjects", Ckr.TOKEN_NOT_PRESENT, Integer.MAX_VALUE);
    refused(Kind.REMOVED, () -> custody.find("records"));
    assertEquals(Health.Status.UNAVAILABLE, custody.health().status());
    module.heal();
    custody.find("records");
    assertEquals(Health.Status.READY, custody.health().status());
  }
}
