package dev.e2ee.rotation;

import dev.e2ee.envelope.MalformedEnvelopeException;
import dev.e2ee.envelope.RecordContext;
import dev.e2ee.envelope.UnsupportedEnvelopeException;
import dev.e2ee.envelope.WrongKeyException;
import dev.e2ee.internal.format.ContextBinding;
import dev.e2ee.internal.format.EnvelopeHeader;
import dev.e2ee.rotation.RefusedRecordException.Reason;
import java.io.IOException;
import java.io.Serializable;
import java.security.GeneralSecurityException;
import java.util.Objects;
import java.util.Optional;
import javax.crypto.AEADBadTagException;

/**
 * What a rotation does with one record: its id and bytes in, its new bytes out. Stateless and
 * serialisable: it carries the application's functions, which give the keys and each record's
 * context where it runs, and nothing else. So a cluster may run it, too.
 *
 * <pre>{@code
 * RecordFunction function =
 *     RecordFunction.rewrapping(
 *         () -> KeyRing.of(newKey(), oldKeys()), id -> RecordContext.of(owner(id), "note", id));
 * try (RecordFunction.Opened records = function.open()) {
 *   Optional<byte[]> moved = records.move(id, bytes);
 * }
 * }</pre>
 */
public final class RecordFunction implements Serializable {
  private static final long serialVersionUID = 1L;

  /** What a record is, by its id in the store: the context that it was sealed with. */
  @FunctionalInterface
  public interface Contexts extends Serializable {
    /** The context of this record; whatever it throws is reported as the record's problem. */
    RecordContext of(String id);
  }

  /** The same for records that were sealed with AAD. */
  @FunctionalInterface
  public interface Aads extends Serializable {
    /** The AAD of this record, which may be empty; whatever it throws is the record's problem. */
    byte[] of(String id);
  }

  private interface Bindings extends Serializable {
    ContextBinding of(String id);
  }

  private final KeyRing.Source keys;
  private final Bindings bindings;
  private final boolean anew;

  private RecordFunction(KeyRing.Source keys, Bindings bindings, boolean anew) {
    this.keys = Objects.requireNonNull(keys, "keys");
    this.bindings = bindings;
    this.anew = anew;
  }

  /**
   * Wraps each record's DEK under the new key; the body is not changed. It is quick, and takes
   * nothing from anybody who had the old key and an old copy of the record.
   */
  public static RecordFunction rewrapping(KeyRing.Source keys, Contexts contexts) {
    Objects.requireNonNull(contexts, "contexts");
    return new RecordFunction(keys, id -> ContextBinding.of(contexts.of(id)), false);
  }

  /** The same for records that were sealed with AAD. */
  public static RecordFunction rewrappingByAad(KeyRing.Source keys, Aads aads) {
    Objects.requireNonNull(aads, "aads");
    return new RecordFunction(keys, id -> ContextBinding.ofRawAad(aads.of(id).clone()), false);
  }

  /**
   * Opens each record and seals it anew, with a fresh DEK and the suite that it had, under the new
   * key: for when an old key, or a record's DEK, may be known to somebody.
   */
  public static RecordFunction reencrypting(KeyRing.Source keys, Contexts contexts) {
    Objects.requireNonNull(contexts, "contexts");
    return new RecordFunction(keys, id -> ContextBinding.of(contexts.of(id)), true);
  }

  /** The same for records that were sealed with AAD. */
  public static RecordFunction reencryptingByAad(KeyRing.Source keys, Aads aads) {
    Objects.requireNonNull(aads, "aads");
    return new RecordFunction(keys, id -> ContextBinding.ofRawAad(aads.of(id).clone()), true);
  }

  /**
   * Gets the keys, here and now.
   *
   * @return for many records and threads; the caller closes it
   * @throws GeneralSecurityException when a key cannot be used
   * @throws IOException when a key cannot be read
   */
  public Opened open() throws GeneralSecurityException, IOException {
    return new Opened(keys.open());
  }

  /** The function with its keys, in one process. Safe for use by many threads. */
  public final class Opened implements AutoCloseable {
    private final KeyRing ring;

    private Opened(KeyRing ring) {
      this.ring = ring;
    }

    /**
     * Moves a record, and opens the result.
     *
     * @return its new bytes, whose whole payload was verified under the new key; empty when the
     *     record is under the new key already, and opens
     * @throws RefusedRecordException for a record that must stay as it is
     * @throws dev.e2ee.spi.CustodyException when a key's custody cannot say
     */
    public Optional<byte[]> move(String id, byte[] record) throws RefusedRecordException {
      ContextBinding binding = binding(id);
      try {
        EnvelopeHeader header = EnvelopeHeader.parse(record, record.length);
        if (ring.isCurrent(header)) {
          ring.verify(record, header, binding);
          return Optional.empty();
        }
        return Optional.of(
            anew ? ring.reencrypt(record, header, binding) : ring.rewrap(record, header, binding));
      } catch (AEADBadTagException e) {
        throw refused(e);
      }
    }

    KeyRing ring() {
      return ring;
    }

    /** Wipes the keys of its ring. */
    @Override
    public void close() {
      ring.close();
    }
  }

  private ContextBinding binding(String id) throws RefusedRecordException {
    try {
      return bindings.of(id);
    } catch (RuntimeException e) { // the application's, which may throw what it likes
      throw new RefusedRecordException(
          Reason.NO_CONTEXT,
          "the function that gives contexts has none for this id; if the record is one, teach the"
              + " function, else take it out of the store: "
              + (e.getMessage() == null ? e : e.getMessage()),
          e);
    }
  }

  private static RefusedRecordException refused(AEADBadTagException e) {
    Reason reason;
    if (e instanceof UnsupportedEnvelopeException) {
      reason = Reason.UNSUPPORTED;
    } else if (e instanceof MalformedEnvelopeException) {
      reason = Reason.MALFORMED;
    } else if (e instanceof WrongKeyException) {
      reason = Reason.OTHER_KEY;
    } else {
      reason = Reason.NOT_AUTHENTIC;
    }
    return new RefusedRecordException(reason, String.valueOf(e.getMessage()), e);
  }
}
