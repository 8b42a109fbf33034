package dev.e2ee.device;

import static dev.e2ee.device.Devices.USER;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.envelope.Envelope;
import dev.e2ee.internal.device.DeviceWrapCore;
import dev.e2ee.internal.device.DeviceWrapMessage;
import dev.e2ee.internal.hpke.AgreementKey;
import dev.e2ee.internal.hpke.Kem;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.testing.EveryEngine;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import dev.e2ee.testing.TestEngine;
import java.security.AlgorithmParameters;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code testvectors/spec/device.md}, section 3. */
class DeviceWrapTest {
  private static final KeyId ID =
      KeyId.of(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6});
  private final E2eeProvider provider = new E2eeProvider();

  static Stream<List<DeviceIdentity>> pairs() {
    return Devices.pairs();
  }

  private static UserMasterKey umk() {
    return UserMasterKey.of(Sample.umkBytes(), ID, 7);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void bringsTheUmkWithItsIdAndGeneration(List<DeviceIdentity> pair) throws Exception {
    DeviceIdentity target = pair.get(0);
    DeviceIdentity approver = pair.get(1);
    byte[] wrap = DeviceWrap.wrap(umk(), USER, target.publicKeys(), approver);
    boolean p256 = target.publicKeys().agreementAlgorithm() == AgreementAlgorithm.P256;
    assertEquals(p256 ? 237 : 204, wrap.length);
    UserMasterKey back = DeviceWrap.unwrap(wrap, USER, target, approver.publicKeys(), 0);
    assertArrayEquals(Sample.umkBytes(), back.getEncoded());
    assertEquals(ID, back.id().orElseThrow());
    assertEquals(7, back.generation());
    DeviceWrap.Info info = DeviceWrap.inspect(wrap);
    assertEquals(ID, info.keyId());
    assertEquals(7, info.generation());
    assertEquals(target.publicKeys().agreementAlgorithm(), info.agreement());
    assertEquals(approver.publicKeys().signingAlgorithm(), info.signing());
    // [device-12]
    byte[] again = DeviceWrap.wrap(umk(), USER, target.publicKeys(), approver);
    assertFalse(
        Arrays.equals(wrap, 28, 60, again, 28, 60), "each wrap has an ephemeral key of its own");
  }

  /** A UMK with the id and generation of another device's custody opens what was sealed there. */
  @Test
  void whatWasUnwrappedOpensTheRecords() throws Exception {
    DeviceIdentity target = Devices.x25519("new");
    DeviceIdentity approver = Devices.p256("old");
    byte[] sealed;
    try (Envelope envelope = Envelope.with(umk())) {
      sealed = envelope.seal(new byte[] {9}, Sample.context());
      assertEquals(ID, Envelope.inspect(sealed).keyId());
    }
    byte[] wrap = DeviceWrap.wrap(umk(), USER, target.publicKeys(), approver);
    UserMasterKey back = DeviceWrap.unwrap(wrap, USER, target, approver.publicKeys(), 0);
    try (Envelope envelope = Envelope.with(back)) {
      assertArrayEquals(new byte[] {9}, envelope.open(sealed, Sample.context()));
    }
  }

  /** A UMK that is bytes only is named by the id that they give. */
  @Test
  void aRawUmkKeepsItsOwnId() throws Exception {
    DeviceIdentity target = Devices.p256("new");
    DeviceIdentity approver = Devices.x25519("old");
    byte[] wrap = DeviceWrap.wrap(Sample.umk(), USER, target.publicKeys(), approver);
    UserMasterKey back = DeviceWrap.unwrap(wrap, USER, target, approver.publicKeys(), 0);
    try (Envelope raw = Envelope.with(Sample.umk());
        Envelope unwrapped = Envelope.with(back)) {
      byte[] sealed = raw.seal(new byte[] {9}, Sample.context());
      assertEquals(Envelope.inspect(sealed).keyId(), back.id().orElseThrow());
      assertArrayEquals(new byte[] {9}, unwrapped.open(sealed, Sample.context()));
    }
  }

  @Tag("once")
  @ParameterizedTest
  @MethodSource("pairs")
  void refusesEveryBitFlippedAndEveryLength(List<DeviceIdentity> pair) {
    DeviceIdentity target = pair.get(0);
    DeviceIdentity approver = pair.get(1);
    byte[] wrap = DeviceWrap.wrap(umk(), USER, target.publicKeys(), approver);
    for (int bit = 0; bit < wrap.length * 8; bit++) {
      byte[] flipped = wrap.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      // [device-6] Magic, version, algorithms, flags; the sign of the generation.
      boolean malformed = bit / 8 < 5 || bit / 8 == 7 || bit == 8 * 8 + 7;
      if (bit / 8 == 5 || bit / 8 == 6) {
        try {
          DeviceWrap.unwrap(flipped, USER, target, approver.publicKeys(), 0);
          throw new AssertionError("bit " + bit + " does not matter");
        } catch (MalformedMessageException | AEADBadTagException expected) {
          Refused.assertNoSecret(expected.toString());
        }
      } else {
        Class<? extends Exception> type =
            malformed ? MalformedMessageException.class : AEADBadTagException.class;
        refused(type, flipped, target, approver.publicKeys());
      }
    }
    for (int length = 0; length < wrap.length; length++) {
      refused(
          MalformedMessageException.class,
          Arrays.copyOf(wrap, length),
          target,
          approver.publicKeys());
    }
    refused(
        MalformedMessageException.class,
        Arrays.copyOf(wrap, wrap.length + 1),
        target,
        approver.publicKeys());
  }

  private static <T extends Exception> T refused(
      Class<T> type, byte[] wrap, DeviceIdentity target, DevicePublicKeys approver) {
    return Refused.with(type, () -> DeviceWrap.unwrap(wrap, USER, target, approver, 0));
  }

  /**
   * Threats 2 and 3: nothing of what a server could exchange goes unnoticed, and none tells more.
   */
  @Test
  void isBoundToUserDeviceAndApprover() throws Exception {
    DeviceIdentity target = Devices.p256("new");
    DeviceIdentity approver = Devices.p256("old");
    DeviceIdentity mallory = Devices.p256("old");
    byte[] wrap = DeviceWrap.wrap(umk(), USER, target.publicKeys(), approver);
    // [device-8] [device-11]
    String one =
        refused(AEADBadTagException.class, wrap, target, mallory.publicKeys()).getMessage();
    assertEquals(DeviceWrapCore.NOT_AUTHENTIC, one);
    Exception other =
        Refused.with(
            AEADBadTagException.class,
            () -> DeviceWrap.unwrap(wrap, "bob", target, approver.publicKeys(), 0));
    assertEquals(one, other.getMessage());
    DeviceIdentity anotherTarget = Devices.p256("new");
    assertEquals(
        one,
        refused(AEADBadTagException.class, wrap, anotherTarget, approver.publicKeys())
            .getMessage());
    // [device-7]
    assertEquals(
        one,
        refused(AEADBadTagException.class, wrap, Devices.x25519("new"), approver.publicKeys())
            .getMessage());
    assertEquals(
        one,
        refused(AEADBadTagException.class, wrap, target, Devices.x25519("old").publicKeys())
            .getMessage());
    // The same keys under another device's id.
    DevicePublicKeys k = approver.publicKeys();
    DevicePublicKeys renamed =
        DevicePublicKeys.of(
            "older",
            k.agreementAlgorithm(),
            k.agreementKey(),
            k.signingAlgorithm(),
            k.signingKey());
    assertEquals(one, refused(AEADBadTagException.class, wrap, target, renamed).getMessage());
    // Mallory wraps a key of its own and names the approver.
    byte[] planted = DeviceWrap.wrap(Sample.otherUmk(), USER, target.publicKeys(), mallory);
    assertEquals(
        one,
        refused(AEADBadTagException.class, planted, target, approver.publicKeys()).getMessage());
  }

  private Cipher cipher() throws Exception {
    return Cipher.getInstance("E2EE-DeviceWrap", provider);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void throughTheCipher(List<DeviceIdentity> pair) throws Exception {
    DeviceIdentity target = pair.get(0);
    DeviceIdentity approver = pair.get(1);
    Cipher wrapping = cipher();
    wrapping.init(
        Cipher.WRAP_MODE,
        target.publicKeys().publicKey(),
        DeviceWrapParameterSpec.signedBy(approver, USER));
    byte[] wrap = wrapping.wrap(umk());
    assertEquals(wrap.length, wrapping.getOutputSize(32));
    // [device-8] Parameters that lie beside a wrap name no approver.
    assertNull(wrapping.getParameters());
    DeviceWrapParameterSpec spec = DeviceWrapParameterSpec.from(approver.publicKeys(), USER);
    Cipher unwrapping = cipher();
    unwrapping.init(Cipher.UNWRAP_MODE, target.privateKey(), spec);
    AlgorithmParameters others = AlgorithmParameters.getInstance("E2EE-Envelope", provider);
    others.init(Sample.spec());
    Refused.with(
        InvalidAlgorithmParameterException.class,
        () -> cipher().init(Cipher.UNWRAP_MODE, target.privateKey(), others));
    Key back = unwrapping.unwrap(wrap, "E2EE-UMK", Cipher.SECRET_KEY);
    assertArrayEquals(Sample.umkBytes(), back.getEncoded());
    assertEquals(ID, ((UserMasterKey) back).id().orElseThrow());
    wrap[40] ^= 1;
    Refused.with(
        InvalidKeyException.class, () -> unwrapping.unwrap(wrap, "E2EE-UMK", Cipher.SECRET_KEY));
    Refused.with(
        InvalidKeyException.class,
        () -> unwrapping.unwrap(new byte[9], "E2EE-UMK", Cipher.SECRET_KEY));
    Refused.with(
        NoSuchAlgorithmException.class, () -> unwrapping.unwrap(wrap, "AES", Cipher.SECRET_KEY));
    Refused.with(
        NoSuchAlgorithmException.class,
        () -> unwrapping.unwrap(wrap, "E2EE-UMK", Cipher.PRIVATE_KEY));
    Refused.with(IllegalStateException.class, () -> unwrapping.wrap(umk()));
    Refused.with(
        IllegalStateException.class, () -> wrapping.unwrap(wrap, "E2EE-UMK", Cipher.SECRET_KEY));
  }

  /** [device-13] Threat 10: after a rotation the old wrap is put back. */
  @Test
  void anOlderGenerationIsRefused() throws Exception {
    DeviceIdentity target = Devices.p256("new");
    DeviceIdentity approver = Devices.p256("old");
    byte[] wrap = DeviceWrap.wrap(umk(), USER, target.publicKeys(), approver);
    DeviceWrap.unwrap(wrap, USER, target, approver.publicKeys(), 7).close();
    assertTrue(
        Refused.with(
                AEADBadTagException.class,
                () -> DeviceWrap.unwrap(wrap, USER, target, approver.publicKeys(), 8))
            .getMessage()
            .contains("put back"));
    Cipher cipher = cipher();
    cipher.init(
        Cipher.UNWRAP_MODE,
        target.privateKey(),
        DeviceWrapParameterSpec.from(approver.publicKeys(), USER).withMinimumGeneration(8));
    Refused.with(
        InvalidKeyException.class, () -> cipher.unwrap(wrap, "E2EE-UMK", Cipher.SECRET_KEY));
    Refused.with(
        IllegalArgumentException.class,
        () -> DeviceWrapParameterSpec.from(approver.publicKeys(), USER).withMinimumGeneration(-1));
  }

  /** [device-9] No private key is touched for a wrap that nobody has signed. */
  @Test
  void theSignatureComesFirst() throws Exception {
    DeviceIdentity target = Devices.p256("new");
    DeviceIdentity approver = Devices.p256("old");
    byte[] wrap = DeviceWrap.wrap(umk(), USER, target.publicKeys(), approver);
    AtomicInteger agreements = new AtomicInteger();
    AgreementKey counting =
        new AgreementKey() {
          @Override
          public Kem kem() {
            return Kem.P256;
          }

          @Override
          public byte[] publicKey() {
            return target.publicKeys().agreementKey();
          }

          @Override
          public SecretBytes agree(byte[] peer) throws InvalidKeyException {
            agreements.incrementAndGet();
            return target.keys().agreement().agree(peer);
          }
        };
    DeviceWrapCore core = new DeviceWrapCore(Engine.jdk(), USER);
    for (int at : new int[] {30, 100, 180, wrap.length - 1}) {
      byte[] altered = wrap.clone();
      altered[at] ^= 1;
      DeviceWrapMessage message = DeviceWrapMessage.parse(altered);
      Refused.with(
          AEADBadTagException.class,
          () -> core.unwrap(message, counting, target.publicKeys(), approver.publicKeys()));
    }
    assertEquals(0, agreements.get());
    core.unwrap(DeviceWrapMessage.parse(wrap), counting, target.publicKeys(), approver.publicKeys())
        .close();
    assertEquals(1, agreements.get());
  }

  @EveryEngine
  void overEachEngine(TestEngine engine) throws Exception {
    DeviceIdentity approver = Devices.over(engine, "old", AgreementAlgorithm.P256);
    for (AgreementAlgorithm agreement : AgreementAlgorithm.values()) {
      DeviceIdentity target = Devices.over(engine, "new", agreement);
      byte[] wrap = DeviceWrap.wrap(umk(), USER, target.publicKeys(), approver);
      UserMasterKey back = DeviceWrap.unwrap(wrap, USER, target, approver.publicKeys(), 0);
      assertArrayEquals(Sample.umkBytes(), back.getEncoded());
      wrap[50] ^= 1;
      refused(AEADBadTagException.class, wrap, target, approver.publicKeys());
    }
  }

  @Test
  void refusesWrongKeysSpecsAndModes() throws Exception {
    DeviceIdentity target = Devices.p256("new");
    DeviceIdentity approver = Devices.p256("old");
    DeviceWrapParameterSpec signing = DeviceWrapParameterSpec.signedBy(approver, USER);
    DeviceWrapParameterSpec from = DeviceWrapParameterSpec.from(approver.publicKeys(), USER);
    Cipher cipher = cipher();
    for (Key bad : List.of(Sample.umk(), target.privateKey())) {
      Refused.with(InvalidKeyException.class, () -> cipher.init(Cipher.WRAP_MODE, bad, signing));
    }
    for (Key bad : List.of(Sample.umk(), target.publicKeys().publicKey())) {
      Refused.with(InvalidKeyException.class, () -> cipher.init(Cipher.UNWRAP_MODE, bad, from));
    }
    Key open = target.publicKeys().publicKey();
    Refused.with(
        InvalidAlgorithmParameterException.class, () -> cipher.init(Cipher.WRAP_MODE, open, from));
    Refused.with(
        InvalidAlgorithmParameterException.class,
        () -> cipher.init(Cipher.WRAP_MODE, open, new IvParameterSpec(new byte[12])));
    Refused.with(InvalidKeyException.class, () -> cipher.init(Cipher.WRAP_MODE, open));
    Refused.with(
        UnsupportedOperationException.class, () -> cipher.init(Cipher.ENCRYPT_MODE, open, signing));
    cipher.init(Cipher.WRAP_MODE, open, signing);
    Refused.with(InvalidKeyException.class, () -> cipher.wrap(open));
    Refused.with(IllegalStateException.class, () -> cipher.doFinal(new byte[1]));
    target.close();
    Refused.with(
        InvalidKeyException.class,
        () -> cipher.init(Cipher.UNWRAP_MODE, target.privateKey(), from));
    assertNotEquals(target.privateKey(), target.privateKey());
    approver.close();
    Refused.with(
        IllegalStateException.class,
        () -> DeviceWrap.wrap(umk(), USER, target.publicKeys(), approver));
  }
}
