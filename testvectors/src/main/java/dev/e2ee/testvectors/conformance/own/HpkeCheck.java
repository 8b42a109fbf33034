package dev.e2ee.testvectors.conformance.own;

import com.fasterxml.jackson.databind.JsonNode;
import dev.e2ee.internal.device.KeysInMemory;
import dev.e2ee.internal.hpke.Hpke;
import dev.e2ee.internal.hpke.HpkeContext;
import dev.e2ee.internal.hpke.Kem;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.curve.CurveKeyPair;
import dev.e2ee.testvectors.conformance.Check;
import dev.e2ee.testvectors.conformance.Subject;
import dev.e2ee.testvectors.conformance.check.Compare;
import dev.e2ee.testvectors.conformance.vector.TestVector;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * HPKE, RFC 9180, which device wraps are made of: each message of a context sealed and opened, for
 * the mode and suites that we use.
 */
public final class HpkeCheck implements Check {
  private static final int BASE = 0;
  private static final int P256 = 16;
  private static final int X25519 = 32;
  private static final int HKDF_SHA256 = 1;
  private static final int AES_256_GCM = 2;

  @Override
  public @Nullable String run(Subject subject, TestVector v)
      throws GeneralSecurityException, NotOfferedException, WrongResultException {
    Engine engine = subject.engine();
    requireUsed(v);
    Kem kem = v.number("kem_id") == P256 ? Kem.P256 : Kem.X25519;
    Hpke hpke = new Hpke(engine, kem);
    byte[] info = v.hex("info");
    try (CurveKeyPair ephemeral = pair(kem, v, "skEm", "pkEm");
        CurveKeyPair recipient = pair(kem, v, "skRm", "pkRm");
        Hpke.Sender sender = hpke.setupSenderWithEphemeral(ephemeral, v.hex("pkRm"), info);
        HpkeContext opening =
            hpke.setupRecipient(v.hex("enc"), KeysInMemory.agreement(engine, recipient), info)) {
      Compare.same("enc", v.hex("enc"), sender.enc());
      for (JsonNode message : v.json().required("encryptions")) {
        byte[] aad = hex(message, "aad");
        Compare.same("ct", hex(message, "ct"), sender.context().seal(aad, hex(message, "pt")));
        Compare.same("pt", hex(message, "pt"), opening.open(aad, hex(message, "ct")));
      }
    }
    return null;
  }

  private static void requireUsed(TestVector v) throws NotOfferedException {
    int kem = v.number("kem_id");
    if (v.number("mode") != BASE
        || v.number("kdf_id") != HKDF_SHA256
        || v.number("aead_id") != AES_256_GCM
        || (kem != P256 && kem != X25519)) {
      throw new NotOfferedException(
          "HPKE beyond what our formats use, which is base mode with AES-256-GCM");
    }
  }

  private static CurveKeyPair pair(Kem kem, TestVector v, String secret, String open) {
    return new CurveKeyPair(kem.curve(), SecretBytes.adopt(v.hex(secret)), v.hex(open));
  }

  private static byte[] hex(JsonNode message, String member) {
    return HexFormat.of().parseHex(message.required(member).textValue());
  }
}
