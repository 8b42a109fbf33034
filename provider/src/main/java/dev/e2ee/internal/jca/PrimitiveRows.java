package dev.e2ee.internal.jca;

import dev.e2ee.internal.jca.ServiceTable.Row;
import dev.e2ee.internal.primitive.cipher.AesKeyWrapCipher;
import dev.e2ee.internal.primitive.cipher.GcmCipher;
import dev.e2ee.internal.primitive.curve.CurveAgreement;
import dev.e2ee.internal.primitive.curve.CurveKeyFactory;
import dev.e2ee.internal.primitive.curve.CurveSignature;
import dev.e2ee.internal.primitive.derive.HkdfFactory;
import dev.e2ee.internal.primitive.derive.HmacMac;
import dev.e2ee.internal.primitive.derive.Pbkdf2Factory;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.curve.Curve;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** The services under standard names. */
final class PrimitiveRows {
  private static final Map<String, String> SECRET_KEYS = Map.of("SupportedKeyFormats", "RAW");
  private static final Map<String, String> PRIVATE_KEYS = Map.of("SupportedKeyFormats", "PKCS#8");
  private static final Map<String, String> KEY_PAIRS =
      Map.of("SupportedKeyFormats", "PKCS#8|X.509");

  private PrimitiveRows() {}

  static List<Row> rows() {
    return Stream.of(ciphers(), macs(), derivations(), curves()).flatMap(List::stream).toList();
  }

  private static Row row(
      String type,
      String algorithm,
      Map<String, String> attributes,
      Class<?> spi,
      Function<Engine, Object> maker) {
    return new Row(type, algorithm, attributes, spi, home -> maker.apply(home.engine()));
  }

  private static List<Row> ciphers() {
    return List.of(
        row("Cipher", "AES/GCM/NoPadding", SECRET_KEYS, GcmCipher.class, GcmCipher::new),
        row(
            "Cipher",
            "AES/KW/NoPadding",
            SECRET_KEYS,
            AesKeyWrapCipher.class,
            AesKeyWrapCipher::kw),
        row(
            "Cipher",
            "AES/KWP/NoPadding",
            SECRET_KEYS,
            AesKeyWrapCipher.class,
            AesKeyWrapCipher::kwp));
  }

  private static List<Row> macs() {
    return Stream.of(256, 384, 512)
        .map(
            bits ->
                row(
                    "Mac",
                    "HmacSHA" + bits,
                    SECRET_KEYS,
                    HmacMac.class,
                    engine -> new HmacMac(engine, bits)))
        .toList();
  }

  private static List<Row> derivations() {
    return Stream.of(256, 384, 512)
        .flatMap(
            bits ->
                Stream.of(
                    row(
                        "SecretKeyFactory",
                        "HKDF-SHA" + bits,
                        Map.of(),
                        HkdfFactory.class,
                        engine -> new HkdfFactory(engine, bits)),
                    row(
                        "SecretKeyFactory",
                        "PBKDF2WithHmacSHA" + bits,
                        Map.of(),
                        Pbkdf2Factory.class,
                        engine -> new Pbkdf2Factory(engine, bits))))
        .toList();
  }

  private static List<Row> curves() {
    return List.of(
        agreement("ECDH", Curve.P256),
        agreement("X25519", Curve.X25519),
        signature("SHA256withECDSA", CurveSignature::ecdsaInDer),
        signature("SHA256withECDSAinP1363Format", CurveSignature::ecdsaInP1363),
        signature("Ed25519", CurveSignature::ed25519),
        keyFactory(Curve.P256),
        keyFactory(Curve.X25519),
        keyFactory(Curve.ED25519));
  }

  private static Row agreement(String algorithm, Curve curve) {
    return row(
        "KeyAgreement",
        algorithm,
        PRIVATE_KEYS,
        CurveAgreement.class,
        engine -> new CurveAgreement(engine, curve));
  }

  private static Row signature(String algorithm, Function<Engine, Object> maker) {
    return row("Signature", algorithm, KEY_PAIRS, CurveSignature.class, maker);
  }

  private static Row keyFactory(Curve curve) {
    return row(
        "KeyFactory",
        curve.algorithm(),
        Map.of(),
        CurveKeyFactory.class,
        engine -> new CurveKeyFactory(engine, curve));
  }
}
