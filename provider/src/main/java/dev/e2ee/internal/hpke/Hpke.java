package dev.e2ee.internal.hpke;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.curve.Agreement;
import dev.e2ee.spi.internal.curve.CurveKeyPair;
import java.nio.ByteBuffer;
import java.security.InvalidKeyException;

/**
 * HPKE, <a href="https://www.rfc-editor.org/rfc/rfc9180">RFC 9180</a>, in base mode with
 * HKDF-SHA256 and AES-256-GCM. The names are the RFC's.
 */
public final class Hpke {
  private static final int KDF_HKDF_SHA256 = 1;
  private static final int AEAD_AES_256_GCM = 2;
  private static final byte[] NOTHING = {};

  private final Engine engine;
  private final Kem kem;
  private final LabeledHkdf kemKdf;
  private final LabeledHkdf kdf;

  /** With this KEM. */
  public Hpke(Engine engine, Kem kem) {
    this.engine = engine;
    this.kem = kem;
    this.kemKdf = new LabeledHkdf(engine, suite("KEM", kem.id()));
    this.kdf = new LabeledHkdf(engine, suite("HPKE", kem.id(), KDF_HKDF_SHA256, AEAD_AES_256_GCM));
  }

  private static byte[] suite(String name, int... ids) {
    ByteBuffer out = ByteBuffer.allocate(name.length() + 2 * ids.length);
    out.put(name.getBytes(US_ASCII));
    for (int id : ids) {
      out.putShort((short) id);
    }
    return out.array();
  }

  /**
   * A sender's side: what the recipient needs, and the context.
   *
   * @param enc the encapsulated key, as long as a public key of the KEM
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Sender(byte[] enc, HpkeContext context) implements AutoCloseable {
    @Override
    public void close() {
      context.close();
    }
  }

  /**
   * SetupBaseS, section 5.1.1, with a fresh ephemeral key.
   *
   * @param recipient its public key
   * @throws InvalidKeyException when that is not valid
   */
  public Sender setupSender(byte[] recipient, byte[] info) throws InvalidKeyException {
    kem.curve().check(recipient);
    try (CurveKeyPair ephemeral = CurveKeyPair.generate(engine, kem.curve())) {
      return setupSenderWithEphemeral(ephemeral, recipient, info);
    }
  }

  /** The same with a given ephemeral key, which must be for this one message only. For vectors. */
  public Sender setupSenderWithEphemeral(CurveKeyPair ephemeral, byte[] recipient, byte[] info)
      throws InvalidKeyException {
    try (Encapsulated made = encap(ephemeral, recipient)) {
      return new Sender(made.enc, schedule(made.sharedSecret, info));
    }
  }

  /**
   * SetupBaseR, section 5.1.1.
   *
   * @param enc what the sender encapsulated
   * @throws InvalidKeyException when that is not valid
   */
  public HpkeContext setupRecipient(byte[] enc, AgreementKey own, byte[] info)
      throws InvalidKeyException {
    try (SecretBytes sharedSecret = decap(enc, own)) {
      return schedule(sharedSecret, info);
    }
  }

  /**
   * What Encap of section 4.1 gives.
   *
   * @param enc the encapsulated key
   * @param sharedSecret 32 bytes
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Encapsulated(byte[] enc, SecretBytes sharedSecret) implements AutoCloseable {
    @Override
    public void close() {
      sharedSecret.close();
    }
  }

  /**
   * Encap of section 4.1 alone, with a fresh ephemeral key.
   *
   * @throws InvalidKeyException when the recipient's key is not valid
   */
  public Encapsulated encap(byte[] recipient) throws InvalidKeyException {
    kem.curve().check(recipient);
    try (CurveKeyPair ephemeral = CurveKeyPair.generate(engine, kem.curve())) {
      return encap(ephemeral, recipient);
    }
  }

  private Encapsulated encap(CurveKeyPair ephemeral, byte[] recipient) throws InvalidKeyException {
    byte[] enc = ephemeral.publicKey();
    try (SecretBytes dh = Agreement.agree(engine, kem.curve(), ephemeral.privateKey(), recipient)) {
      return new Encapsulated(enc, sharedSecret(dh, enc, recipient));
    }
  }

  /**
   * Decap of section 4.1 alone: 32 bytes, which the caller closes.
   *
   * @throws InvalidKeyException when the encapsulated key is not valid
   */
  public SecretBytes decap(byte[] enc, AgreementKey own) throws InvalidKeyException {
    if (own.kem() != kem) {
      throw new InvalidKeyException("the private key is for " + own.kem() + ", not " + kem);
    }
    kem.curve().check(enc);
    try (SecretBytes dh = own.agree(enc)) {
      return sharedSecret(dh, enc, own.publicKey());
    }
  }

  /** ExtractAndExpand of section 4.1, with kem_context = enc || pkRm. */
  private SecretBytes sharedSecret(SecretBytes dh, byte[] enc, byte[] recipient) {
    byte[] kemContext =
        ByteBuffer.allocate(enc.length + recipient.length).put(enc).put(recipient).array();
    try (SecretBytes prk = kemKdf.extract("eae_prk", dh)) {
      return kemKdf.expand(prk, "shared_secret", kemContext, 32);
    }
  }

  /** KeySchedule of section 5.1 for mode_base: no PSK. */
  private HpkeContext schedule(SecretBytes sharedSecret, byte[] info) {
    byte[] pskIdHash = kdf.extractPublic("psk_id_hash", NOTHING);
    byte[] infoHash = kdf.extractPublic("info_hash", info);
    byte[] context =
        ByteBuffer.allocate(1 + pskIdHash.length + infoHash.length)
            .put((byte) 0)
            .put(pskIdHash)
            .put(infoHash)
            .array();
    try (SecretBytes secret = kdf.extract(sharedSecret, "secret", NOTHING);
        SecretBytes baseNonce = kdf.expand(secret, "base_nonce", context, Engine.NONCE)) {
      SecretBytes key = kdf.expand(secret, "key", context, 32);
      return new HpkeContext(engine, key, baseNonce.copy());
    }
  }
}
