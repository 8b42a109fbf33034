package dev.e2ee.testvectors.conformance.vector;

import dev.e2ee.testvectors.conformance.Check;
import dev.e2ee.testvectors.conformance.check.AeadCheck;
import dev.e2ee.testvectors.conformance.check.Argon2Check;
import dev.e2ee.testvectors.conformance.check.EcdhCheck;
import dev.e2ee.testvectors.conformance.check.HkdfCheck;
import dev.e2ee.testvectors.conformance.check.KeyWrapCheck;
import dev.e2ee.testvectors.conformance.check.MacCheck;
import dev.e2ee.testvectors.conformance.check.PbkdfCheck;
import dev.e2ee.testvectors.conformance.check.SignatureCheck;
import dev.e2ee.testvectors.conformance.check.XdhCheck;
import dev.e2ee.testvectors.conformance.own.ApiTokenCheck;
import dev.e2ee.testvectors.conformance.own.ChunkedCheck;
import dev.e2ee.testvectors.conformance.own.DeviceCheck;
import dev.e2ee.testvectors.conformance.own.EnvelopeCheck;
import dev.e2ee.testvectors.conformance.own.HpkeCheck;
import dev.e2ee.testvectors.conformance.own.KeyFileCheck;
import dev.e2ee.testvectors.conformance.own.RecoveryCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The files of vectors that are known here, each with the check for its tests. */
public final class Catalogue {
  private static final int[] HASHES = {256, 384, 512};

  private Catalogue() {}

  /** Where a file comes from. */
  public enum Source {
    /** Project Wycheproof, {@code testvectors_v1}. */
    WYCHEPROOF,
    /** This project, in the jar. */
    OWN,
    /** The authors of the RFC, in the folder {@code interop}. */
    RFC
  }

  /**
   * One file.
   *
   * @param name of the file
   * @param source where it comes from
   * @param check makes a fresh check for a run over the file
   */
  public record Entry(String name, Source source, Supplier<Check> check) {}

  /** All of them, in the order of reports. */
  public static List<Entry> all() {
    return Stream.of(ciphers(), derivations(), curves(), own()).flatMap(List::stream).toList();
  }

  private static Entry wycheproof(String name, Supplier<Check> check) {
    return new Entry(name + "_test.json", Source.WYCHEPROOF, check);
  }

  private static List<Entry> ciphers() {
    return List.of(
        wycheproof("aes_gcm", AeadCheck::new),
        wycheproof("aes_wrap", KeyWrapCheck::kw),
        wycheproof("aes_kwp", KeyWrapCheck::kwp),
        wycheproof("c2sp_chunked_encryption_aes_256_gcm", ChunkedCheck::new));
  }

  private static List<Entry> derivations() {
    List<Entry> all = new ArrayList<>();
    for (int bits : HASHES) {
      all.add(wycheproof("hmac_sha" + bits, () -> new MacCheck(bits)));
    }
    for (int bits : HASHES) {
      all.add(wycheproof("hkdf_sha" + bits, () -> new HkdfCheck(bits)));
    }
    for (int bits : HASHES) {
      all.add(wycheproof("pbkdf2_hmacsha" + bits, () -> new PbkdfCheck(bits)));
    }
    return all;
  }

  private static List<Entry> curves() {
    return List.of(
        wycheproof("ecdh_secp256r1", EcdhCheck::new),
        wycheproof("ecdh_secp256r1_ecpoint", EcdhCheck::new),
        wycheproof("ecdh_secp256r1_pem", EcdhCheck::new),
        wycheproof("ecdh_secp256r1_webcrypto", EcdhCheck::new),
        wycheproof("x25519", XdhCheck::new),
        wycheproof("x25519_asn", XdhCheck::new),
        wycheproof("x25519_pem", XdhCheck::new),
        wycheproof("x25519_jwk", XdhCheck::new),
        wycheproof("ed25519", SignatureCheck::ed25519),
        wycheproof("ecdsa_secp256r1_sha256", SignatureCheck::ecdsa),
        wycheproof("ecdsa_secp256r1_sha256_p1363", SignatureCheck::ecdsaP1363));
  }

  private static List<Entry> own() {
    return List.of(
        new Entry("rfc9180.json", Source.RFC, HpkeCheck::new),
        new Entry("argon2id.json", Source.OWN, Argon2Check::new),
        new Entry("envelope.json", Source.OWN, EnvelopeCheck::new),
        new Entry("envelope-chunked.json", Source.OWN, EnvelopeCheck::new),
        new Entry("device.json", Source.OWN, DeviceCheck::new),
        new Entry("recovery.json", Source.OWN, RecoveryCheck::new),
        new Entry("apitoken.json", Source.OWN, ApiTokenCheck::new),
        new Entry("keyfile.json", Source.OWN, KeyFileCheck::new));
  }
}
