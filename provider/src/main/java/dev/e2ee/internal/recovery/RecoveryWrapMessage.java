package dev.e2ee.internal.recovery;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.e2ee.argon2.Argon2Cost;
import dev.e2ee.recovery.MalformedRecoveryWrapException;
import dev.e2ee.spi.key.KeyId;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** The bytes of a recovery wrap: {@code testvectors/spec/recovery.md}, section 3. */
public final class RecoveryWrapMessage {
  /** The length of every wrap in bytes. */
  public static final int LENGTH = 168;

  static final int SALT = 32;
  static final int COMMITMENT = 32;
  private static final int PARAMETERS_END = 76;
  private static final int COMMITMENT_END = PARAMETERS_END + COMMITMENT;
  private static final int MAGIC = ByteBuffer.wrap("E2RW".getBytes(US_ASCII)).getInt();
  private static final byte VERSION = 1;
  private static final byte ARGON2ID = 1;
  private static final byte HKDF = 2;
  private static final short FLAGS = 0;

  private final byte[] bytes;
  private final int generation;
  private final KeyId keyId;
  private final int issue;
  private final Optional<Argon2Cost> cost;

  private RecoveryWrapMessage(
      byte[] bytes, int generation, KeyId keyId, int issue, Optional<Argon2Cost> cost) {
    this.bytes = bytes;
    this.generation = generation;
    this.keyId = keyId;
    this.issue = issue;
    this.cost = cost;
  }

  /**
   * Reads one.
   *
   * @throws MalformedRecoveryWrapException for anything else
   */
  public static RecoveryWrapMessage parse(byte[] bytes) throws MalformedRecoveryWrapException {
    // [recovery-4]
    if (bytes.length != LENGTH) {
      throw new MalformedRecoveryWrapException(
          "a recovery wrap has " + LENGTH + " bytes, not " + bytes.length);
    }
    ByteBuffer in = ByteBuffer.wrap(bytes.clone());
    if (in.getInt() != MAGIC) {
      throw new MalformedRecoveryWrapException("not a recovery wrap: another magic number");
    }
    byte version = in.get();
    byte derivation = in.get();
    boolean known = derivation == ARGON2ID || derivation == HKDF;
    if (version != VERSION || !known || in.getShort() != FLAGS) {
      throw new MalformedRecoveryWrapException(
          "not a recovery wrap known here: another version, derivation or flag");
    }
    int generation = positive("generation", in.getInt());
    byte[] id = new byte[KeyId.LENGTH];
    in.get(id);
    int issue = positive("issue", in.getInt());
    Optional<Argon2Cost> cost = cost(in);
    // [recovery-5] [recovery-11]
    if (cost.isPresent() != (derivation == ARGON2ID)) {
      throw new MalformedRecoveryWrapException(
          "the recovery wrap has a cost and a derivation without one, or the reverse");
    }
    return new RecoveryWrapMessage(in.array(), generation, KeyId.of(id), issue, cost);
  }

  private static Optional<Argon2Cost> cost(ByteBuffer in) throws MalformedRecoveryWrapException {
    // [recovery-5]
    try {
      return CostFields.read(in);
    } catch (IllegalArgumentException e) {
      throw new MalformedRecoveryWrapException(
          "the recovery wrap asks for what nobody should compute: " + e.getMessage(), e);
    }
  }

  private static int positive(String what, int value) throws MalformedRecoveryWrapException {
    if (value < 1) {
      throw new MalformedRecoveryWrapException("the recovery wrap's " + what + " is out of bounds");
    }
    return value;
  }

  /** Everything before the commitment of a new one. */
  static byte[] parameters(
      int generation, KeyId keyId, int issue, Optional<Argon2Cost> cost, byte[] salt) {
    return ByteBuffer.allocate(PARAMETERS_END)
        .putInt(MAGIC)
        .put(VERSION)
        .put(cost.isPresent() ? ARGON2ID : HKDF)
        .putShort(FLAGS)
        .putInt(generation)
        .put(keyId.toBytes())
        .putInt(issue)
        .put(CostFields.of(cost))
        .put(salt)
        .array();
  }

  /** Of the UMK. */
  public int generation() {
    return generation;
  }

  /** Of the UMK. */
  public KeyId keyId() {
    return keyId;
  }

  /** Counts the wraps of its user. */
  public int issue() {
    return issue;
  }

  /** What the derivation costs; empty for derivation 2, which costs nothing. */
  public Optional<Argon2Cost> cost() {
    return cost;
  }

  byte[] parameters() {
    return Arrays.copyOf(bytes, PARAMETERS_END);
  }

  byte[] salt() {
    return Arrays.copyOfRange(bytes, PARAMETERS_END - SALT, PARAMETERS_END);
  }

  byte[] commitment() {
    return Arrays.copyOfRange(bytes, PARAMETERS_END, COMMITMENT_END);
  }

  byte[] beforeBox() {
    return Arrays.copyOf(bytes, COMMITMENT_END);
  }

  byte[] box() {
    return Arrays.copyOfRange(bytes, COMMITMENT_END, LENGTH);
  }
}
