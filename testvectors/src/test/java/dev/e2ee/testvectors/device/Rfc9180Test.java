package dev.e2ee.testvectors.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.e2ee.internal.device.KeysInMemory;
import dev.e2ee.internal.hpke.Hpke;
import dev.e2ee.internal.hpke.HpkeContext;
import dev.e2ee.internal.hpke.Kem;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.curve.Curve;
import dev.e2ee.spi.internal.curve.CurveKeyPair;
import dev.e2ee.testvectors.SharedFiles;
import java.security.InvalidKeyException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.crypto.AEADBadTagException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The vectors of RFC 9180 for the modes and suites in use: base mode, AES-256-GCM. */
class Rfc9180Test {
  private static final Engine ENGINE = Engine.jdk();

  /** One of them. */
  private record Vector(JsonNode json, Kem kem) {
    static Vector of(JsonNode json) {
      return new Vector(json, json.required("kem_id").intValue() == 16 ? Kem.P256 : Kem.X25519);
    }

    byte[] hex(String member) {
      return hexOf(json, member);
    }

    CurveKeyPair pair(String secret, String open) {
      return new CurveKeyPair(kem.curve(), SecretBytes.adopt(hex(secret)), hex(open));
    }

    @Override
    public String toString() {
      return kem.toString();
    }
  }

  private static byte[] hexOf(JsonNode json, String member) {
    return HexFormat.of().parseHex(json.required(member).textValue());
  }

  static List<Vector> vectors() throws Exception {
    JsonNode file =
        new ObjectMapper()
            .readTree(SharedFiles.ofThisProject().interop("hpke/rfc9180.json").toFile());
    List<Vector> used =
        stream(file)
            .filter(v -> v.required("mode").intValue() == 0)
            .filter(v -> v.required("kdf_id").intValue() == 1)
            .filter(v -> v.required("aead_id").intValue() == 2)
            .map(Vector::of)
            .toList();
    assertEquals(2, used.size());
    return used;
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  /** The first six messages of one context. */
  @ParameterizedTest
  @MethodSource("vectors")
  void sealsAndOpensEachMessage(Vector v) throws Exception {
    try (CurveKeyPair ephemeral = v.pair("skEm", "pkEm");
        CurveKeyPair recipient = v.pair("skRm", "pkRm");
        Hpke.Sender sender =
            new Hpke(ENGINE, v.kem)
                .setupSenderWithEphemeral(ephemeral, v.hex("pkRm"), v.hex("info"));
        HpkeContext opening =
            new Hpke(ENGINE, v.kem)
                .setupRecipient(
                    v.hex("enc"), KeysInMemory.agreement(ENGINE, recipient), v.hex("info"))) {
      assertArrayEquals(v.hex("enc"), sender.enc());
      long next = 0;
      for (JsonNode message : v.json.required("encryptions")) {
        byte[] plain = hexOf(message, "pt");
        assertEquals(next, sequence(v, message));
        byte[] sealed = sender.context().seal(hexOf(message, "aad"), plain);
        assertArrayEquals(hexOf(message, "ct"), sealed);
        sealed[3] ^= 1;
        assertThrows(AEADBadTagException.class, () -> opening.open(hexOf(message, "aad"), sealed));
        sealed[3] ^= 1;
        assertArrayEquals(plain, opening.open(hexOf(message, "aad"), sealed));
        next++;
      }
      assertEquals(6, next);
    }
  }

  /** From the nonce: base_nonce XOR the number. */
  private static long sequence(Vector v, JsonNode message) {
    byte[] base = v.hex("base_nonce");
    byte[] nonce = hexOf(message, "nonce");
    long number = 0;
    for (int i = 0; i < nonce.length; i++) {
      number = (number << 8) | ((base[i] ^ nonce[i]) & 0xff);
    }
    return number;
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void refusesKeysThatAreNotValid(Vector v) throws Exception {
    Hpke hpke = new Hpke(ENGINE, v.kem);
    byte[] zero = new byte[v.kem.publicKeyLength()];
    byte[] off = v.hex("pkRm");
    off[off.length - 1] ^= (byte) (v.kem.curve() == Curve.P256 ? 1 : 0x80);
    try (CurveKeyPair recipient = v.pair("skRm", "pkRm")) {
      for (byte[] bad : List.of(zero, off, new byte[0], new byte[31], new byte[66])) {
        assertThrows(InvalidKeyException.class, () -> hpke.setupSender(bad, new byte[0]));
        assertThrows(
            InvalidKeyException.class,
            () -> hpke.setupRecipient(bad, KeysInMemory.agreement(ENGINE, recipient), new byte[0]));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void drawsAnEphemeralKeyForEachSender(Vector v) throws Exception {
    Hpke hpke = new Hpke(ENGINE, v.kem);
    try (CurveKeyPair recipient = CurveKeyPair.generate(ENGINE, v.kem.curve());
        Hpke.Sender one = hpke.setupSender(recipient.publicKey(), v.hex("info"));
        Hpke.Sender two = hpke.setupSender(recipient.publicKey(), v.hex("info"))) {
      assertEquals(false, java.util.Arrays.equals(one.enc(), two.enc()));
      try (HpkeContext opening =
          hpke.setupRecipient(
              two.enc(), KeysInMemory.agreement(ENGINE, recipient), v.hex("info"))) {
        byte[] sealed = two.context().seal(new byte[3], new byte[] {5});
        assertArrayEquals(new byte[] {5}, opening.open(new byte[3], sealed));
      }
    }
  }
}
