package dev.e2ee.interop.starfish;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.internal.json.CanonicalJson;
import dev.e2ee.internal.json.Json;
import dev.e2ee.internal.keyring.Fields;
import dev.e2ee.internal.keyring.KeyText;
import dev.e2ee.interop.starfish.PairingRefusedException.Reason;
import dev.e2ee.keyring.KeyringFormatException;
import dev.e2ee.keyring.Recipient;
import dev.e2ee.keyring.Signer;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.curve.Curve;
import dev.e2ee.spi.internal.curve.Signatures;
import java.io.ByteArrayOutputStream;
import java.security.InvalidKeyException;
import java.security.ProviderException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A capability certificate of Starfish's for a device: the user's root key says that the device may
 * act as the user, within a scope. Its form is checked when it is read; whom to believe, {@link
 * #verify} is told. It opens nothing: keys of collections come from their keyrings.
 */
public final class StarfishCapCert {
  /** How far the clocks of two devices may be apart. */
  public static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

  private static final int VERSION = 1;
  private static final int NONCE = 16;
  private static final int USER_ID = 32;
  private static final int MAX_LENGTH = 64 << 10;
  private static final String KIND = "device";
  private static final byte[] LABEL = "starfish-capcert-v1\n".getBytes(UTF_8);

  private final Json.Members members;
  private final Signer issuer;
  private final Signer subject;
  private final Recipient subjectKey;
  private final StarfishScope scope;
  private final Instant notBefore;
  private final Instant expires;

  private StarfishCapCert(Fields in) throws KeyringFormatException {
    this.members = in.object();
    in.integer("v", VERSION, VERSION);
    if (!in.text("kind").equals(KIND)) {
      throw in.fault("it is for no device; certificates of other kinds pair none");
    }
    if (in.object().get("aud") != null) {
      throw in.fault("one for a device has no aud");
    }
    this.issuer = in.signer("iss");
    this.subject = in.signer("sub");
    this.subjectKey = in.recipient("subKem");
    requireUserId(in, "issUserId", issuer);
    if (in.object().get("subUserId") != null) {
      requireUserId(in, "subUserId", subject);
    }
    this.scope = StarfishScope.read(in.fields("scope"));
    this.notBefore = Instant.ofEpochSecond(in.seconds("nbf"));
    this.expires = Instant.ofEpochSecond(in.seconds("exp"));
    if (!expires.isAfter(notBefore)) {
      throw in.fault("it ends before it begins");
    }
    in.base64("nonce", NONCE);
    in.base64("sig", Signatures.LENGTH);
  }

  private static void requireUserId(Fields in, String name, Signer key)
      throws KeyringFormatException {
    if (!in.text(name).equals(userIdOf(key))) {
      throw in.fault("its " + name + " is not that of the key");
    }
  }

  /** The id of the user whose root key this is: 32 hex digits, half of its SHA-256. */
  public static String userIdOf(Signer root) {
    byte[] hash = Engine.configured().sha256(KeyText.bytes(root.key()));
    return KeyText.of(hash).substring(0, USER_ID);
  }

  /**
   * Issues one.
   *
   * @param root the user's identity, with keys for X25519 and Ed25519
   * @param scope what the user has granted, whatever was asked for
   * @param life a second or more
   * @throws InvalidKeyException when the root has keys for other curves
   * @throws IllegalArgumentException when the life is shorter, or the time before 1970
   */
  public static StarfishCapCert issue(
      DeviceIdentity root,
      StarfishNewDevice device,
      StarfishScope scope,
      Instant notBefore,
      Duration life)
      throws InvalidKeyException {
    Signer issuer = Signer.of(root.publicKeys());
    if (life.toSeconds() < 1 || notBefore.getEpochSecond() < 0) {
      throw new IllegalArgumentException(
          "a certificate begins after 1970 and lives a second or more");
    }
    long begin = notBefore.getEpochSecond();
    byte[] nonce = root.keys().engine().random(NONCE);
    Map<String, Json> all = new LinkedHashMap<>();
    all.put("v", new Json.Numeral(VERSION));
    all.put("kind", new Json.Text(KIND));
    all.put("iss", new Json.Text(issuer.key()));
    all.put("issUserId", new Json.Text(userIdOf(issuer)));
    all.put("sub", new Json.Text(device.signer().key()));
    all.put("subKem", new Json.Text(device.recipient().key()));
    all.put("scope", scope.json());
    all.put("nbf", new Json.Numeral(begin));
    all.put("exp", new Json.Numeral(Math.addExact(begin, life.toSeconds())));
    all.put("nonce", new Json.Text(Base64.getEncoder().encodeToString(nonce)));
    Json.Members unsigned = new Json.Members(all);
    byte[] signature = root.keys().signing().sign(signedText(unsigned));
    Json.Text text = new Json.Text(Base64.getEncoder().encodeToString(signature));
    try {
      return of(unsigned.with("sig", text));
    } catch (KeyringFormatException e) {
      throw new IllegalArgumentException("such a certificate nobody would take", e);
    }
  }

  /**
   * Reads one, of any issuer.
   *
   * @throws KeyringFormatException when it is no certificate for a device
   */
  public static StarfishCapCert read(byte[] json) throws KeyringFormatException {
    return of(Fields.read("certificate", json, MAX_LENGTH).object());
  }

  static StarfishCapCert of(Json value) throws KeyringFormatException {
    return new StarfishCapCert(Fields.of("certificate", value));
  }

  /** As canonical JSON, with members that are not known here. */
  public byte[] write() {
    return CanonicalJson.of(members);
  }

  Json json() {
    return members;
  }

  /** What is signed: all members but the signature, known here or not. */
  private static byte[] signedText(Json.Members members) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    text.writeBytes(LABEL);
    text.writeBytes(CanonicalJson.of(members.without("sig")));
    return text.toByteArray();
  }

  /**
   * Does nothing when this root has issued it, and it is valid now.
   *
   * @param root whose key was compared; never one that came with the certificate
   * @throws PairingRefusedException otherwise
   */
  public void verify(Signer root, Instant now) throws PairingRefusedException {
    if (!issuer.equals(root)) {
      throw new PairingRefusedException(
          Reason.OTHER_ROOT, "the certificate is by another root than the one that is pinned");
    }
    if (!isSigned()) {
      throw new PairingRefusedException(
          Reason.NOT_SIGNED, "the certificate was altered, or its issuer has not signed it");
    }
    if (now.isBefore(notBefore.minus(CLOCK_SKEW)) || now.isAfter(expires.plus(CLOCK_SKEW))) {
      throw new PairingRefusedException(
          Reason.NOT_NOW,
          "the certificate is valid from "
              + notBefore
              + " to "
              + expires
              + ", and it is "
              + now
              + ": look at the clock, or pair the device anew");
    }
  }

  private boolean isSigned() {
    try {
      Fields in = Fields.of("certificate", members);
      return Signatures.verify(
          Engine.configured(),
          Curve.ED25519,
          KeyText.bytes(issuer.key()),
          signedText(members),
          in.base64("sig", Signatures.LENGTH));
    } catch (InvalidKeyException | KeyringFormatException e) {
      throw new ProviderException("a certificate that was checked is not valid", e);
    }
  }

  /** The root that is said to have issued it. */
  public Signer issuer() {
    return issuer;
  }

  /** The device's Ed25519 key. */
  public Signer subject() {
    return subject;
  }

  /** The device's X25519 key. */
  public Recipient subjectKey() {
    return subjectKey;
  }

  /** What the device may do. */
  public StarfishScope scope() {
    return scope;
  }

  /** From when on. */
  public Instant notBefore() {
    return notBefore;
  }

  /** Until when. */
  public Instant expires() {
    return expires;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof StarfishCapCert that && members.equals(that.members);
  }

  @Override
  public int hashCode() {
    return members.hashCode();
  }

  @Override
  public String toString() {
    return "StarfishCapCert[" + subject.key() + " for user " + userIdOf(issuer) + "]";
  }
}
