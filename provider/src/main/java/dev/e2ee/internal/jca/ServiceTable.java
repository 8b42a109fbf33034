package dev.e2ee.internal.jca;

import dev.e2ee.internal.primitive.derive.Argon2idFactory;
import dev.e2ee.key.DataKey;
import dev.e2ee.key.UserMasterKey;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** All services of the provider, a row each; README shows the same table. */
public final class ServiceTable {
  private static final Map<String, String> UMK_KEYS =
      Map.of(
          "SupportedKeyClasses", "dev.e2ee.spi.key.CustodyKey|javax.crypto.SecretKey",
          "SupportedKeyFormats", "RAW");

  /** What the FIPS profile refuses of the table. */
  private static final Set<String> NOT_APPROVED = Set.of("X25519", "Argon2id");

  /** What is computed by the engine of a key, an identity or a custody, or not at all. */
  private static final Set<String> OTHERS = Set.of("E2EE-DeviceWrap", "E2EE-Custody");

  private ServiceTable() {}

  /** Whether a service may be used in the FIPS profile. */
  public static boolean isApprovable(Row row) {
    return !NOT_APPROVED.contains(row.algorithm());
  }

  /** Whether the provider's own engine computes it, but for what a key in custody does. */
  public static boolean isOfTheEngine(Row row) {
    return !OTHERS.contains(row.algorithm()) && !row.type().equals("AlgorithmParameters");
  }

  /**
   * One service.
   *
   * @param type such as {@code Cipher}
   * @param algorithm its name
   * @param attributes as {@link java.security.Provider.Service} has them
   * @param spi the class of what {@code maker} makes
   * @param maker makes an instance for this provider
   */
  public record Row(
      String type,
      String algorithm,
      Map<String, String> attributes,
      Class<?> spi,
      Function<Home, Object> maker) {}

  /** The table. */
  public static List<Row> rows() {
    return Stream.of(composites(), PrimitiveRows.rows(), LaterRows.rows())
        .flatMap(List::stream)
        .toList();
  }

  /** The services of our own names. */
  private static List<Row> composites() {
    return List.of(
        new Row("Cipher", "E2EE-Envelope", UMK_KEYS, EnvelopeCipher.class, EnvelopeCipher::new),
        new Row("Cipher", "E2EE-DekWrap", UMK_KEYS, DekWrapCipher.class, DekWrapCipher::new),
        new Row(
            "Cipher",
            "E2EE-DeviceWrap",
            Map.of(
                "SupportedKeyClasses",
                "dev.e2ee.device.DevicePublicKey|dev.e2ee.device.DevicePrivateKey"),
            DeviceWrapCipher.class,
            p -> new DeviceWrapCipher()),
        new Row(
            "Cipher",
            "E2EE-RecoveryWrap",
            Map.of("SupportedKeyClasses", "dev.e2ee.recovery.RecoveryCode"),
            RecoveryWrapCipher.class,
            RecoveryWrapCipher::new),
        new Row(
            "KeyGenerator",
            "E2EE-UMK",
            Map.of(),
            RandomKeyGenerator.class,
            p -> new RandomKeyGenerator(p, UserMasterKey::of)),
        new Row(
            "KeyGenerator",
            "E2EE-DEK",
            Map.of(),
            RandomKeyGenerator.class,
            p -> new RandomKeyGenerator(p, DataKey::of)),
        new Row(
            "AlgorithmParameters",
            "E2EE-Envelope",
            Map.of(),
            EnvelopeParameters.class,
            p -> new EnvelopeParameters()),
        new Row(
            "AlgorithmParameters",
            "E2EE-DekWrap",
            Map.of(),
            DekWrapParameters.class,
            p -> new DekWrapParameters()),
        new Row(
            "AlgorithmParameters",
            "E2EE-RecoveryWrap",
            Map.of(),
            RecoveryWrapParameters.class,
            p -> new RecoveryWrapParameters()),
        new Row(
            "SecretKeyFactory",
            "Argon2id",
            Map.of(),
            Argon2idFactory.class,
            p -> new Argon2idFactory()),
        new Row(
            "KeyStore",
            "E2EE-Custody",
            Map.of(),
            CustodyKeyStore.class,
            p -> new CustodyKeyStore()));
  }
}
