package dev.e2ee.custody.pkcs11;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.device.AgreementAlgorithm;
import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.device.DeviceWrap;
import dev.e2ee.device.SigningAlgorithm;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.RecordContext;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.curve.Curve;
import dev.e2ee.spi.internal.curve.Signatures;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.DekWrap;
import dev.e2ee.spi.key.KeyKind;
import dev.e2ee.spi.key.Signing;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/** What is asked of every token for the table in TOKENS.md. Each is done for real, or refused. */
enum TokenOperation {
  GENERATE("generate a UMK") {
    @Override
    String on(RealToken.Made token) {
      try (Pkcs11Custody custody = Opened.unlocked(token.uri())) {
        return suite(custody.generate("generated", KeyKind.UMK));
      }
    }
  },
  WRAP("wrap and unwrap a DEK") {
    @Override
    String on(RealToken.Made token) {
      try (Pkcs11Custody custody = Opened.unlocked(token.uri())) {
        CustodyKey key = custody.generate("wraps", KeyKind.UMK);
        roundTrip(key, key);
        return suite(key);
      }
    }
  },
  KEY_WRAP("wrap and unwrap a DEK, with wrap=kw in the URI") {
    @Override
    String on(RealToken.Made token) {
      CustodyUri asking = token.uri().withQuery("wrap", "kw");
      try (Pkcs11Custody custody = Opened.unlocked(asking)) {
        CustodyKey key = custody.generate("key-wraps", KeyKind.UMK);
        roundTrip(key, key);
        return suite(key);
      }
    }
  },
  ROTATE("rotate a UMK, unwrap under the old generation") {
    @Override
    String on(RealToken.Made token) {
      try (Pkcs11Custody custody = Opened.unlocked(token.uri());
          SecretBytes dek = SecretBytes.adopt(new byte[32])) {
        CustodyKey first = custody.generate("rotates", KeyKind.UMK);
        byte[] wrapped = wrap(first).wrap(dek, AAD);
        CustodyKey second = custody.rotate("rotates");
        assertEquals(2, second.description().generation());
        try (SecretBytes back = wrap(second.generation(first.id())).unwrap(wrapped, AAD)) {
          assertTrue(back.sameBytes(dek));
        }
        return suite(second);
      }
    }
  },
  ENVELOPE("seal and open by E2EE-Envelope") {
    @Override
    String on(RealToken.Made token) throws Exception {
      RecordContext context = RecordContext.of("ann", "note", "1");
      try (Pkcs11Custody custody = Opened.unlocked(token.uri())) {
        CustodyKey key = custody.generate("seals", KeyKind.UMK);
        try (Envelope envelope = Envelope.with(key, new E2eeProvider())) {
          byte[] sealed = envelope.seal(new byte[] {1, 2}, context);
          assertArrayEquals(new byte[] {1, 2}, envelope.open(sealed, context));
        }
        return suite(key);
      }
    }
  },
  DEVICE_WRAP("E2EE-DeviceWrap to a device whose keys it holds") {
    @Override
    String on(RealToken.Made token) throws Exception {
      byte[] secret = new byte[32];
      try (Pkcs11Custody custody = Opened.unlocked(token.uri());
          UserMasterKey umk = UserMasterKey.of(secret);
          DeviceIdentity laptop =
              DeviceIdentity.generate(
                  "laptop", AgreementAlgorithm.P256, SigningAlgorithm.ECDSA_P256)) {
        DeviceIdentity phone =
            DeviceIdentity.inCustody(
                "phone",
                custody.generate("agrees", KeyKind.AGREEMENT_P256),
                custody.generate("approves", KeyKind.SIGNING_P256));
        byte[] wrap = DeviceWrap.wrap(umk, "ann", phone.publicKeys(), laptop);
        try (UserMasterKey back = DeviceWrap.unwrap(wrap, "ann", phone, laptop.publicKeys(), 0)) {
          assertArrayEquals(secret, back.getEncoded());
        }
        return "ECDH P-256";
      }
    }
  },
  SIGN("sign with a device key") {
    @Override
    String on(RealToken.Made token) throws Exception {
      try (Pkcs11Custody custody = Opened.unlocked(token.uri())) {
        CustodyKey key = custody.generate("signs", KeyKind.SIGNING_P256);
        Signing signing = key.operation(Signing.class).orElseThrow();
        byte[] signature = signing.sign(AAD);
        assertTrue(
            Signatures.verify(Engine.jdk(), Curve.P256, signing.publicPoint(), AAD, signature));
        return "ECDSA P-256";
      }
    }
  },
  WRONG_PIN("a wrong PIN is told as one, and tried once") {
    @Override
    String on(RealToken.Made token) {
      try (Pkcs11Custody custody =
          new Pkcs11Provider().open(token.uri(), Opened.giving("wrong-1"))) {
        for (int i = 0; i < 100; i++) { // more than a TPM or openCryptoki would stand
          assertEquals(
              Kind.AUTH_FAILED, assertThrows(CustodyException.class, custody::unlock).kind());
        }
      }
      Opened.unlocked(token.uri()).close();
      return DONE;
    }
  },
  RESTART("goes on after its server was killed and started again") {
    @Override
    String on(RealToken.Made token) throws Exception {
      if (token.server().isEmpty()) {
        return NO_SERVER;
      }
      TokenServer server = token.server().get();
      try (Pkcs11Custody custody = Opened.unlocked(token.uri())) {
        CustodyKey key = custody.generate("survives", KeyKind.UMK);
        roundTrip(key, key);
        server.kill();
        server.startAgain();
        return afterwards(key);
      }
    }
  },
  FREEZE("goes on after its server was frozen, which cost a deadline at most") {
    @Override
    String on(RealToken.Made token) throws Exception {
      if (token.server().isEmpty()) {
        return NO_SERVER;
      }
      TokenServer server = token.server().get();
      try (Pkcs11Custody custody = Opened.unlocked(token.uri())) {
        custody.generate("thaws", KeyKind.UMK);
      }
      try (Pkcs11Custody custody = open(token, Duration.ofSeconds(10));
          SecretBytes dek = SecretBytes.adopt(new byte[32])) {
        CustodyKey key = custody.find("thaws");
        server.freeze();
        try {
          wrap(key).wrap(dek, AAD);
        } catch (CustodyException e) {
          assertEquals(Kind.TIMEOUT, e.kind(), e.getMessage());
        } finally {
          server.thaw();
        }
        return afterwards(key);
      }
    }
  };

  static final String UNSUPPORTED = "unsupported";
  static final String NO_SERVER = "no server";
  static final String DONE = "yes";

  private static final byte[] AAD = {1, 2, 3};
  private static final Set<Kind> TEMPORARY = EnumSet.of(Kind.TRANSIENT, Kind.REMOVED, Kind.TIMEOUT);

  private final String text;

  TokenOperation(String text) {
    this.text = text;
  }

  /** As it stands in the table. */
  String text() {
    return text;
  }

  /** Does it with a token; the suite that did it, {@link #DONE} or {@link #NO_SERVER}. */
  abstract String on(RealToken.Made token) throws Exception;

  /** The same; {@link #UNSUPPORTED} when the token was tried and cannot do it. */
  String observe(RealToken.Made token) throws Exception {
    try {
      return on(token);
    } catch (CustodyException e) {
      if (e.kind() != Kind.UNSUPPORTED) {
        throw e;
      }
      return UNSUPPORTED;
    }
  }

  private static Pkcs11Custody open(RealToken.Made token, Duration deadline) {
    Pkcs11Custody custody =
        new Pkcs11Provider().open(token.uri(), Opened.giving(RealToken.PIN).withDeadline(deadline));
    custody.unlock();
    return custody;
  }

  private static DekWrap wrap(CustodyKey key) {
    return key.operation(DekWrap.class).orElseThrow();
  }

  private static String suite(CustodyKey key) {
    return "wrapAlg " + wrap(key).wrapAlg();
  }

  private static void roundTrip(CustodyKey sealer, CustodyKey opener) {
    try (SecretBytes dek = SecretBytes.adopt(Engine.jdk().random(32));
        SecretBytes back = wrap(opener).unwrap(wrap(sealer).wrap(dek, AAD), AAD)) {
      assertTrue(back.sameBytes(dek));
    }
  }

  /**
   * The suite of a key that works again after its server was away; a module is initialised anew
   * once a second.
   */
  private static String afterwards(CustodyKey key) throws InterruptedException {
    for (int tries = 0; ; tries++) {
      try {
        roundTrip(key, key);
        return suite(key);
      } catch (CustodyException e) {
        assertTrue(TEMPORARY.contains(e.kind()) && tries < 20, e::toString);
        Thread.sleep(500);
      }
    }
  }
}
