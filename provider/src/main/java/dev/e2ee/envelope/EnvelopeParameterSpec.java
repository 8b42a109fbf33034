package dev.e2ee.envelope;

import dev.e2ee.key.DataKeyReuse;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What {@code Cipher.init} may be told for {@code E2EE-Envelope}: the record's context, a suite,
 * the least generation to accept. Never a nonce: the cipher draws them itself. Immutable.
 */
public final class EnvelopeParameterSpec implements AlgorithmParameterSpec {
  private static final int MOST_THREADS = 256;

  private final @Nullable RecordContext context;
  private final @Nullable Suite suite;
  private final int minimumGeneration;
  private final int parallelism;
  private final @Nullable DataKeyReuse dataKeyReuse;

  private EnvelopeParameterSpec(
      @Nullable RecordContext context,
      @Nullable Suite suite,
      int minimumGeneration,
      int parallelism,
      @Nullable DataKeyReuse dataKeyReuse) {
    this.context = context;
    this.suite = suite;
    this.minimumGeneration = minimumGeneration;
    this.parallelism = parallelism;
    this.dataKeyReuse = dataKeyReuse;
  }

  /**
   * Binds the envelope to a record.
   *
   * @throws NullPointerException for null: a record that was not found must not mean no context
   */
  public EnvelopeParameterSpec(RecordContext context) {
    this(Objects.requireNonNull(context, "context"), null, 0, 1, null);
  }

  /** No record context: the caller may give any bytes to {@code Cipher.updateAAD} instead. */
  public static EnvelopeParameterSpec withoutContext() {
    return new EnvelopeParameterSpec(null, null, 0, 1, null);
  }

  /**
   * Seals with this suite whatever the length; with {@link Suite#AES_256_GCM} one message is then
   * up to 16 MiB. What is opened has the suite that its header names.
   */
  public EnvelopeParameterSpec withSuite(Suite forced) {
    return new EnvelopeParameterSpec(
        context,
        Objects.requireNonNull(forced, "suite"),
        minimumGeneration,
        parallelism,
        dataKeyReuse);
  }

  /**
   * Opens only what was sealed under this or a later generation of the key.
   *
   * @throws IllegalArgumentException for a number below 0; 0 accepts every generation
   */
  public EnvelopeParameterSpec withMinimumGeneration(int generation) {
    if (generation < 0) {
      throw new IllegalArgumentException("the minimum generation must be 0 or more");
    }
    return new EnvelopeParameterSpec(context, suite, generation, parallelism, dataKeyReuse);
  }

  /**
   * Lets up to so many threads, the caller's and those of the JVM's common pool, work on one call
   * that brings a large input of suite 2: each needs 128 KiB of it. The bytes are the same. More
   * than 256 count as 256. Not part of the encoded parameters.
   *
   * @throws IllegalArgumentException for a number below 1
   */
  public EnvelopeParameterSpec withParallelism(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("the parallelism must be 1 or more");
    }
    return new EnvelopeParameterSpec(
        context, suite, minimumGeneration, Math.min(threads, MOST_THREADS), dataKeyReuse);
  }

  /**
   * Lets one operation in custody serve many envelopes, within these bounds; {@link DataKeyReuse}
   * says what that costs. Without it each envelope is an operation in custody. {@code Cipher.init}
   * refuses it for a key in memory. Not part of the encoded parameters.
   *
   * @param reuse stays the caller's, to be closed after the last use
   */
  public EnvelopeParameterSpec withDataKeyReuse(DataKeyReuse reuse) {
    return new EnvelopeParameterSpec(
        context, suite, minimumGeneration, parallelism, Objects.requireNonNull(reuse, "reuse"));
  }

  /** The record, where one was given. */
  public Optional<RecordContext> context() {
    return Optional.ofNullable(context);
  }

  /** The suite that was forced; empty to choose by length. */
  public Optional<Suite> suite() {
    return Optional.ofNullable(suite);
  }

  /** The least generation that is opened; 0 for any. */
  public int minimumGeneration() {
    return minimumGeneration;
  }

  /** The most threads that work on one call; 1 for the caller's alone. */
  public int parallelism() {
    return parallelism;
  }

  /** The bounds of the reuse of data keys; empty to ask the custody for each envelope. */
  public Optional<DataKeyReuse> dataKeyReuse() {
    return Optional.ofNullable(dataKeyReuse);
  }

  @Override
  public String toString() {
    return "EnvelopeParameterSpec[context="
        + context
        + ", suite="
        + suite
        + ", minimumGeneration="
        + minimumGeneration
        + "]";
  }
}
