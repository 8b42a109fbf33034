package dev.e2ee.device;

import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.RecordContext;
import dev.e2ee.internal.device.DeviceCurves;
import dev.e2ee.internal.device.DeviceKeys;
import dev.e2ee.internal.device.KeysInCustody;
import dev.e2ee.internal.device.KeysInMemory;
import dev.e2ee.internal.device.SigningKey;
import dev.e2ee.internal.format.Identifier;
import dev.e2ee.internal.hpke.AgreementKey;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.curve.Curve;
import dev.e2ee.spi.internal.curve.CurveKeyPair;
import dev.e2ee.spi.key.CustodyKey;
import java.nio.ByteBuffer;
import java.security.InvalidKeyException;
import java.util.Arrays;
import java.util.stream.Stream;
import javax.crypto.AEADBadTagException;
import org.jspecify.annotations.Nullable;

/**
 * This device: its id, and two key pairs, one for agreement and one for signing. The private keys
 * are in this JVM's memory until {@link #close}, or in custody for good. Safe for use by many
 * threads.
 */
public final class DeviceIdentity implements AutoCloseable {
  private final DevicePublicKeys publicKeys;
  private final DeviceKeys keys;

  /** Null when the keys are in custody. */
  private final @Nullable Pairs pairs;

  private volatile boolean closed;

  private record Pairs(CurveKeyPair agreement, CurveKeyPair signing) {}

  private DeviceIdentity(DevicePublicKeys publicKeys, DeviceKeys keys, @Nullable Pairs pairs) {
    this.publicKeys = publicKeys;
    this.keys = keys;
    this.pairs = pairs;
  }

  /**
   * Makes new keys in memory, with the engine of this provider.
   *
   * @param deviceId 1 to 1024 bytes of UTF-8, unique among the user's devices; a random UUID will
   *     do
   * @throws IllegalArgumentException for an id that is empty, too long, or has a lone surrogate
   */
  public static DeviceIdentity generate(
      String deviceId,
      AgreementAlgorithm agreement,
      SigningAlgorithm signing,
      E2eeProvider provider) {
    return generate(deviceId, agreement, signing, Engine.of(provider.engine()));
  }

  /** Makes new keys in memory, with the JDK's engine. */
  public static DeviceIdentity generate(
      String deviceId, AgreementAlgorithm agreement, SigningAlgorithm signing) {
    return generate(deviceId, agreement, signing, Engine.configured());
  }

  private static DeviceIdentity generate(
      String deviceId, AgreementAlgorithm agreement, SigningAlgorithm signing, Engine engine) {
    Identifier.check("device id", deviceId);
    CurveKeyPair forAgreement = CurveKeyPair.generate(engine, DeviceCurves.of(agreement));
    CurveKeyPair forSigning = CurveKeyPair.generate(engine, DeviceCurves.of(signing));
    try {
      DevicePublicKeys publicKeys =
          DevicePublicKeys.of(
              deviceId, agreement, forAgreement.publicKey(), signing, forSigning.publicKey());
      return inMemory(engine, publicKeys, forAgreement, forSigning);
    } catch (InvalidKeyException e) {
      throw new IllegalStateException("keys that were checked are not valid", e);
    }
  }

  private static DeviceIdentity inMemory(
      Engine engine,
      DevicePublicKeys publicKeys,
      CurveKeyPair forAgreement,
      CurveKeyPair forSigning) {
    DeviceKeys keys =
        new DeviceKeys(
            engine,
            KeysInMemory.agreement(engine, forAgreement),
            KeysInMemory.signing(engine, publicKeys.signingAlgorithm(), forSigning));
    return new DeviceIdentity(publicKeys, keys, new Pairs(forAgreement, forSigning));
  }

  /**
   * Private keys in memory from elsewhere, such as another system's; they are copied.
   *
   * @param agreementKey 32 bytes
   * @param signingKey 32 bytes
   * @throws InvalidKeyException when a private key has another length, or the public key does not
   *     belong to it
   */
  public static DeviceIdentity of(
      DevicePublicKeys publicKeys, byte[] agreementKey, byte[] signingKey)
      throws InvalidKeyException {
    return of(publicKeys, agreementKey, signingKey, Engine.configured());
  }

  private static DeviceIdentity of(
      DevicePublicKeys publicKeys, byte[] agreementKey, byte[] signingKey, Engine engine)
      throws InvalidKeyException {
    CurveKeyPair forAgreement =
        CurveKeyPair.of(
            engine,
            DeviceCurves.of(publicKeys.agreementAlgorithm()),
            agreementKey,
            publicKeys.agreementKey());
    try {
      CurveKeyPair forSigning =
          CurveKeyPair.of(
              engine,
              DeviceCurves.of(publicKeys.signingAlgorithm()),
              signingKey,
              publicKeys.signingKey());
      return inMemory(engine, publicKeys, forAgreement, forSigning);
    } catch (InvalidKeyException e) {
      forAgreement.close();
      throw e;
    }
  }

  /**
   * Over two keys that stay in custody.
   *
   * @param agreement of the kind AGREEMENT_P256
   * @param signing of the kind SIGNING_P256
   * @throws InvalidKeyException for keys of other kinds, or that their custody cannot use, or whose
   *     public points do not belong to them
   */
  public static DeviceIdentity inCustody(String deviceId, CustodyKey agreement, CustodyKey signing)
      throws InvalidKeyException {
    return inCustody(deviceId, agreement, signing, Engine.configured());
  }

  /** The same, with the engine of this provider for what is not done in custody. */
  public static DeviceIdentity inCustody(
      String deviceId, CustodyKey agreement, CustodyKey signing, E2eeProvider provider)
      throws InvalidKeyException {
    return inCustody(deviceId, agreement, signing, Engine.of(provider.engine()));
  }

  private static DeviceIdentity inCustody(
      String deviceId, CustodyKey agreement, CustodyKey signing, Engine engine)
      throws InvalidKeyException {
    AgreementKey agreementKey = KeysInCustody.agreement(agreement);
    SigningKey signingKey = KeysInCustody.signing(signing);
    KeysInCustody.prove(engine, agreementKey, signingKey);
    DevicePublicKeys publicKeys =
        DevicePublicKeys.of(
            deviceId,
            AgreementAlgorithm.P256,
            agreementKey.publicKey(),
            signingKey.algorithm(),
            signingKey.publicKey());
    return new DeviceIdentity(publicKeys, new DeviceKeys(engine, agreementKey, signingKey), null);
  }

  /** What others may know. */
  public DevicePublicKeys publicKeys() {
    return publicKeys;
  }

  /** The agreement key for {@code Cipher.init(UNWRAP_MODE, …)} of {@code E2EE-DeviceWrap}. */
  public DevicePrivateKey privateKey() {
    return new DevicePrivateKey(this);
  }

  /**
   * The private keys, for this module.
   *
   * @throws IllegalStateException when closed
   */
  public DeviceKeys keys() {
    if (closed) {
      throw new IllegalStateException("this device's identity was closed; load it anew");
    }
    return keys;
  }

  /**
   * The private keys in memory as an envelope, to be kept: under a key of this device's own
   * custody, that no other device has.
   *
   * @throws IllegalStateException when the keys are in custody, or the identity was closed
   */
  public byte[] seal(Envelope envelope) {
    if (pairs == null) {
      throw new IllegalStateException(
          "this identity's keys stay in custody; nothing is to be kept");
    }
    byte[] open = publicKeys.encode();
    byte[] agreement = pairs.agreement.privateKey().copy();
    byte[] signing = pairs.signing.privateKey().copy();
    byte[] all = new byte[open.length + 2 * Curve.PRIVATE_KEY];
    try {
      ByteBuffer.wrap(all).put(agreement).put(signing).put(open);
      return envelope.seal(all, context(publicKeys.deviceId()));
    } finally {
      Stream.of(agreement, signing, all).forEach(bytes -> Arrays.fill(bytes, (byte) 0));
    }
  }

  /**
   * Reads {@link #seal}.
   *
   * @param deviceId the id that the identity was made with
   * @throws AEADBadTagException when it is not authentic, or of another device
   * @throws MalformedMessageException when what is sealed is no identity
   */
  public static DeviceIdentity open(byte[] sealed, Envelope envelope, String deviceId)
      throws AEADBadTagException, MalformedMessageException {
    return open(sealed, envelope, deviceId, Engine.configured());
  }

  /** The same, with the engine of this provider. */
  public static DeviceIdentity open(
      byte[] sealed, Envelope envelope, String deviceId, E2eeProvider provider)
      throws AEADBadTagException, MalformedMessageException {
    return open(sealed, envelope, deviceId, Engine.of(provider.engine()));
  }

  private static DeviceIdentity open(
      byte[] sealed, Envelope envelope, String deviceId, Engine engine)
      throws AEADBadTagException, MalformedMessageException {
    byte[] all = envelope.open(sealed, context(deviceId));
    int secret = 2 * Curve.PRIVATE_KEY;
    try {
      if (all.length < secret) {
        throw new MalformedMessageException("not a device's identity: it is too short");
      }
      byte[] agreement = Arrays.copyOf(all, Curve.PRIVATE_KEY);
      byte[] signing = Arrays.copyOfRange(all, Curve.PRIVATE_KEY, secret);
      byte[] open = Arrays.copyOfRange(all, secret, all.length);
      try {
        return of(DevicePublicKeys.decode(open), agreement, signing, engine);
      } finally {
        Stream.of(agreement, signing).forEach(bytes -> Arrays.fill(bytes, (byte) 0));
      }
    } catch (InvalidKeyException e) {
      throw new MalformedMessageException("not a device's identity: " + e.getMessage(), e);
    } finally {
      Arrays.fill(all, (byte) 0);
    }
  }

  private static RecordContext context(String deviceId) {
    return RecordContext.of(deviceId, "e2ee-device-identity", "v1");
  }

  boolean isClosed() {
    return closed;
  }

  /** Wipes private keys in memory; those in custody stay. A second call does nothing. */
  @Override
  public void close() {
    closed = true;
    if (pairs != null) {
      pairs.agreement.close();
      pairs.signing.close();
    }
  }

  @Override
  public String toString() {
    return "DeviceIdentity[" + publicKeys.shownId() + "]";
  }
}
