package dev.e2ee.custody.pkcs11;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.custody.pkcs11.internal.cryptoki.Cryptoki;
import dev.e2ee.custody.pkcs11.internal.key.KeyUse;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.DekWrap;
import dev.e2ee.spi.key.EcdhAgreement;
import dev.e2ee.spi.key.KeyKind;
import dev.e2ee.spi.key.Signing;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A token whose user changes the binding, and a process that would use both. */
class BothBindingsTest {
  private static final byte[] AAD = {4};

  private static Binding other(Binding binding) {
    return binding == Binding.SUN ? Binding.IPKCS11WRAPPER : Binding.SUN;
  }

  private static DekWrap wrap(CustodyKey key) {
    return key.operation(DekWrap.class).orElseThrow();
  }

  private static SecretBytes dek() {
    byte[] bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    return SecretBytes.adopt(bytes);
  }

  private static CustodyException refused(Kind kind, Runnable action) {
    CustodyException e = assertThrows(CustodyException.class, action::run);
    assertEquals(kind, e.kind(), e.getMessage());
    return e;
  }

  private static void eachUnwrapsWhatTheOtherWrapped(RealToken kind, Binding maker)
      throws Exception {
    RealToken.Made token = kind.make(maker);
    byte[] wrapped;
    try (SecretBytes dek = dek()) {
      try (Pkcs11Custody custody = Opened.unlocked(token.uri())) {
        wrapped = wrap(custody.generate("records", KeyKind.UMK)).wrap(dek, AAD);
      }
      byte[] again;
      try (Pkcs11Custody custody = Opened.unlocked(token.through(other(maker)).uri())) {
        DekWrap umk = wrap(custody.find("records"));
        try (SecretBytes back = umk.unwrap(wrapped, AAD)) {
          assertTrue(back.sameBytes(dek));
        }
        again = umk.wrap(dek, AAD);
        custody.rotate("records");
      }
      try (Pkcs11Custody custody = Opened.unlocked(token.uri())) {
        assertEquals(2, custody.find("records").description().generation());
        CustodyKey first = custody.find(custody.list().get(0).id());
        try (SecretBytes back = wrap(first).unwrap(again, AAD)) {
          assertTrue(back.sameBytes(dek));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SOFTHSM", "NSS"})
  void theWrapperUnwrapsWhatTheJdkWrapped(RealToken kind) throws Exception {
    eachUnwrapsWhatTheOtherWrapped(kind, Binding.SUN);
  }

  @ParameterizedTest
  @EnumSource(names = {"SOFTHSM", "NSS"})
  void theJdkUnwrapsWhatTheWrapperWrapped(RealToken kind) throws Exception {
    eachUnwrapsWhatTheOtherWrapped(kind, Binding.IPKCS11WRAPPER);
  }

  @ParameterizedTest
  @CsvSource({
    "NSS, SUN",
    "NSS, IPKCS11WRAPPER",
    "OPENCRYPTOKI, SUN",
    "OPENCRYPTOKI, IPKCS11WRAPPER",
    "TPM2, SUN",
    "TPM2, IPKCS11WRAPPER"
  })
  void rsaIsTheSame(RealToken kind, Binding maker) throws Exception {
    // [token-22]
    RealToken.Made token = kind.make(maker);
    try (SecretBytes dek = dek()) {
      byte[] wrapped;
      try (Pkcs11Custody custody = Opened.unlocked(token.uri())) {
        wrapped = wrap(custody.generate("records", KeyUse.OAEP_2048)).wrap(dek, AAD);
      }
      try (Pkcs11Custody custody = Opened.unlocked(token.through(other(maker)).uri())) {
        DekWrap umk = wrap(custody.find("records"));
        byte[] again = umk.wrap(dek, AAD);
        try (SecretBytes first = umk.unwrap(wrapped, AAD);
            SecretBytes second = umk.unwrap(again, AAD)) {
          assertTrue(first.sameBytes(dek) && second.sameBytes(dek));
        }
        again[0] ^= 1;
        refused(Kind.INTEGRITY, () -> umk.unwrap(again, AAD).close());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aDevicesKeysAreTheSame(Binding maker) throws Exception {
    RealToken.Made token = RealToken.SOFTHSM.make(maker);
    byte[] point;
    byte[] shared;
    byte[] peer;
    byte[] verifier;
    try (Pkcs11Custody custody = Opened.unlocked(token.uri())) {
      EcdhAgreement mine = ecdh(custody.generate("mine", KeyKind.AGREEMENT_P256));
      EcdhAgreement theirs = ecdh(custody.generate("theirs", KeyKind.AGREEMENT_P256));
      point = mine.publicPoint();
      peer = theirs.publicPoint();
      try (SecretBytes secret = mine.agree(peer)) {
        shared = secret.copy();
      }
      verifier = signing(custody.generate("signer", KeyKind.SIGNING_P256)).publicPoint();
    }
    try (Pkcs11Custody custody = Opened.unlocked(token.through(other(maker)).uri())) {
      EcdhAgreement mine = ecdh(custody.find("mine"));
      assertArrayEquals(point, mine.publicPoint());
      try (SecretBytes secret = mine.agree(peer);
          SecretBytes theirs = ecdh(custody.find("theirs")).agree(point)) {
        assertArrayEquals(shared, secret.copy());
        assertArrayEquals(shared, theirs.copy());
      }
      assertArrayEquals(verifier, signing(custody.find("signer")).publicPoint());
      assertEquals(64, signing(custody.find("signer")).sign(AAD).length);
    }
  }

  private static EcdhAgreement ecdh(CustodyKey key) {
    return key.operation(EcdhAgreement.class).orElseThrow();
  }

  private static Signing signing(CustodyKey key) {
    return key.operation(Signing.class).orElseThrow();
  }

  @ParameterizedTest
  @EnumSource
  void oneModuleIsUsedThroughOneBindingAtATime(Binding first) throws Exception {
    RealToken.Made token = RealToken.SOFTHSM.make(first);
    CustodyUri second = token.through(other(first)).uri();
    try (Pkcs11Custody custody = Opened.unlocked(token.uri())) {
      custody.generate("records", KeyKind.UMK);
      CustodyException conflict = refused(Kind.CONFLICT, () -> Opened.unlocked(second).close());
      assertTrue(
          String.valueOf(conflict.getMessage()).contains("through the binding " + first.text()),
          conflict.getMessage());
      assertEquals(1, custody.list().size());
    }
    try (Pkcs11Custody custody = Opened.unlocked(second)) {
      assertEquals(1, custody.list().size());
    }
  }

  /** C_Finalize is then that other user's, in this binding as in the other one. */
  @ParameterizedTest
  @EnumSource
  void aModuleThatSomebodyElseInitialisedStaysSo(Binding binding) throws Exception {
    RealToken.Made token = RealToken.SOFTHSM.make(binding);
    Cryptoki application = other(binding).load(token.module(), Optional.empty());
    application.initialize();
    try {
      for (Binding each : new Binding[] {binding, other(binding), binding}) {
        try (Pkcs11Custody custody = Opened.unlocked(token.through(each).uri())) {
          custody.generate("under-" + each.text() + custody.list().size(), KeyKind.UMK);
        }
        assertTrue(application.slots().length > 0, "it was finalised");
      }
    } finally {
      application.end();
    }
  }

  /** The best that each token does, over each binding: README's table. */
  @ParameterizedTest
  @CsvSource({
    "SOFTHSM, IPKCS11WRAPPER, 1",
    "SOFTHSM, SUN, 1",
    "NSS, IPKCS11WRAPPER, 1",
    "NSS, SUN, 1"
  })
  void howAUmkWrapsDependsOnBoth(RealToken kind, Binding binding, int wrapAlg) throws Exception {
    try (Pkcs11Custody custody = Opened.unlocked(kind.make(binding).uri())) {
      assertEquals(wrapAlg, wrap(custody.generate("records", KeyKind.UMK)).wrapAlg());
    }
  }

  /** The JDK takes characters for bytes. */
  @ParameterizedTest
  @EnumSource
  void aTokensLabelIsUtf8(Binding binding) throws Exception {
    RealToken.Made first = RealToken.SOFTHSM.make(binding);
    String label = "tr\u00e9sor-\u4fdd-" + first.label().hashCode();
    Command.run(
        List.of(
            "softhsm2-util",
            "--init-token",
            "--free",
            "--label",
            label,
            "--pin",
            RealToken.PIN,
            "--so-pin",
            "so-" + RealToken.PIN));
    RealToken.Made token =
        new RealToken.Made(RealToken.SOFTHSM, label, first.module()).through(binding);
    try (Pkcs11Custody custody = Opened.unlocked(token.uri())) {
      custody.generate("records", KeyKind.UMK);
    }
  }

  @Test
  void anUnknownBindingIsRefused() throws Exception {
    CustodyUri uri = CustodyUri.parse(RealToken.SOFTHSM.make().uri().canonical() + "&binding=jni");
    refused(Kind.UNSUPPORTED, () -> Opened.unlocked(uri).close());
  }

  @ParameterizedTest
  @EnumSource
  void aTokenSaysThroughWhatItIsUsed(Binding binding) throws Exception {
    try (Pkcs11Custody custody = Opened.unlocked(RealToken.SOFTHSM.make(binding).uri())) {
      String backend = custody.info().backend();
      assertEquals(
          binding == Binding.SUN, backend.equals("PKCS#11 token, through the JDK's own functions"));
    }
  }
}
