package dev.e2ee.internal.core;

import dev.e2ee.envelope.WrongKeyException;
import dev.e2ee.internal.format.ContextBinding;
import dev.e2ee.internal.format.EnvelopeHeader;
import dev.e2ee.internal.format.WrapAlgorithm;
import dev.e2ee.key.DataKeyReuse;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.RawUmk;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.DekWrap;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyKind;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.ProviderException;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Supplier;
import javax.crypto.AEADBadTagException;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/** A UMK as the core uses it: in this JVM's memory, or in custody. */
public sealed interface MasterKey extends AutoCloseable {
  /** The id that goes into the header. */
  KeyId id();

  /** The generation that goes into the header, unsigned, at least 1. */
  int generation();

  /** Whether a validated module in approved-only mode wraps and unwraps. */
  boolean isApproved();

  /** How {@link #wrap} wraps: the header's wrapAlg, and its length. */
  WrapAlgorithm wrapAlg();

  /** Wraps a DEK of 32 bytes. */
  byte[] wrap(SecretBytes dek, byte[] aad);

  /**
   * The same key, but one data key of it serves many envelopes.
   *
   * @throws IllegalArgumentException for a key in memory, which has no custody to spare
   */
  MasterKey reusing(DataKeyReuse reuse);

  /** Whether the DEK of an envelope with so many bytes of plaintext is derived. */
  default boolean derives(long plaintextLength) {
    return false;
  }

  /**
   * The data key for such an envelope, where DEKs are derived.
   *
   * @throws CustodyException as its custody says
   */
  default DataKeys.Lease dataKey(Engine engine, long plaintextLength) {
    throw new IllegalStateException("this key derives no DEKs");
  }

  /**
   * Unwraps the data key of an envelope, or gives one that is kept.
   *
   * @return the caller's to close
   * @throws AEADBadTagException when it is not authentic
   */
  SecretBytes unwrapDataKey(Engine engine, byte[] wrapped) throws AEADBadTagException;

  /**
   * Whether it may have given a wrong DEK without a word: a custody may be sick, and then it is
   * asked once more, anew.
   */
  default boolean mayErr() {
    return false;
  }

  /** Lets go of the data key of an envelope, where it is kept. */
  default void forgetDataKey(Engine engine, byte[] wrapped) {}

  /**
   * Unwraps a DEK.
   *
   * @throws AEADBadTagException when it is not authentic
   */
  SecretBytes unwrap(byte[] wrapped, byte[] aad) throws AEADBadTagException;

  /**
   * The generation of this key that a header names.
   *
   * @throws WrongKeyException when the header names none of this key's
   */
  MasterKey named(EnvelopeHeader header) throws WrongKeyException;

  /** Wipes this object's copy of the key, where it has one. */
  @Override
  void close();

  /**
   * Takes the key of an application.
   *
   * @throws InvalidKeyException for anything but a UMK in custody, or a raw AES or E2EE-UMK key of
   *     32 bytes
   */
  static MasterKey of(Engine engine, @Nullable Key key) throws InvalidKeyException {
    return of(engine, key, null);
  }

  /**
   * The same; it is the one from before when that is of the same bytes, with its id computed and
   * its ciphers keyed. Otherwise the one from before stays the caller's to close.
   */
  static MasterKey of(Engine engine, @Nullable Key key, @Nullable MasterKey before)
      throws InvalidKeyException {
    if (key instanceof CustodyKey inCustody) {
      return InCustody.of(inCustody);
    }
    SecretBytes bytes = SecretBytes.adopt(rawBytes(key, "E2EE-UMK"));
    if (before instanceof InMemory held && held.isNamedAs(key) && held.umk.isOf(bytes)) {
      bytes.close();
      return held;
    }
    return InMemory.of(new RawUmk(engine, bytes), key);
  }

  /**
   * The 32 bytes of a raw key that is named AES or as its purpose, as a fresh copy.
   *
   * @throws InvalidKeyException for any other key
   */
  static byte[] rawBytes(@Nullable Key key, String purpose) throws InvalidKeyException {
    if (!(key instanceof SecretKey) || !"RAW".equals(key.getFormat())) {
      throw new InvalidKeyException(
          "needs a key in custody or a raw SecretKey, not "
              + (key == null ? "null" : key.getClass().getName()));
    }
    String algorithm = key.getAlgorithm();
    if (!purpose.equals(algorithm) && !"AES".equals(algorithm)) {
      throw new InvalidKeyException(
          "needs a key for AES or " + purpose + ", not one for " + algorithm);
    }
    byte[] bytes = ShownKey.encoded(key);
    if (bytes == null || bytes.length != 32) {
      throw new InvalidKeyException("needs a key of 32 bytes (AES-256)");
    }
    return bytes;
  }

  /**
   * A raw UMK as a key of ours, which the caller closes: with its id and generation where it has
   * some of its own.
   *
   * @throws InvalidKeyException for any other key
   */
  static UserMasterKey copyOf(@Nullable Key key) throws InvalidKeyException {
    byte[] bytes = rawBytes(key, "E2EE-UMK");
    try {
      return key instanceof UserMasterKey named && named.id().isPresent()
          ? UserMasterKey.of(bytes, named.id().get(), named.generation())
          : UserMasterKey.of(bytes);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /**
   * A UMK in memory.
   *
   * @param given whether the application gave id and generation; else the bytes do
   */
  record InMemory(RawUmk umk, KeyId id, int generation, boolean given) implements MasterKey {
    // [envelope-21]
    static InMemory of(RawUmk umk, @Nullable Key key) {
      return key instanceof UserMasterKey named && named.id().isPresent()
          ? new InMemory(umk, named.id().get(), named.generation(), true)
          : new InMemory(umk, umk.id(), 1, false);
    }

    /** Whether a key of the same bytes has this id and generation. */
    boolean isNamedAs(@Nullable Key key) {
      if (key instanceof UserMasterKey named && named.id().isPresent()) {
        return named.generation() == generation && named.id().get().equals(id);
      }
      return !given;
    }

    @Override
    public boolean isApproved() {
      return umk.isApproved();
    }

    @Override
    public WrapAlgorithm wrapAlg() {
      return WrapAlgorithm.AES_GCM;
    }

    @Override
    public byte[] wrap(SecretBytes dek, byte[] aad) {
      return umk.wrap(dek, aad);
    }

    @Override
    public SecretBytes unwrap(byte[] wrapped, byte[] aad) throws AEADBadTagException {
      return umk.unwrap(wrapped, aad);
    }

    @Override
    public MasterKey reusing(DataKeyReuse reuse) {
      throw new IllegalArgumentException(
          "data keys are reused to spare a custody; this key is in memory, and wraps in a"
              + " microsecond: leave the reuse out");
    }

    @Override
    public SecretBytes unwrapDataKey(Engine engine, byte[] wrapped) throws AEADBadTagException {
      return umk.unwrap(wrapped, ContextBinding.dataKeyAad());
    }

    @Override
    public MasterKey named(EnvelopeHeader header) throws WrongKeyException {
      // [envelope-23]
      if (!header.keyId().equals(id) || header.generation() != generation) {
        throw wrongKey(header, "this one has the id " + id + ", generation " + generation);
      }
      return wrappingAs(header, this);
    }

    @Override
    public void close() {
      umk.close();
    }

    @Override
    public String toString() {
      return "InMemory[" + id + "]";
    }
  }

  /**
   * One generation of a UMK in custody.
   *
   * @param reuse null to ask the custody for each envelope
   */
  record InCustody(
      CustodyKey key,
      KeyId id,
      int generation,
      DekWrap dekWrap,
      WrapAlgorithm wrapAlg,
      @Nullable Reuse reuse)
      implements MasterKey {
    /**
     * Which data keys are kept.
     *
     * @param given the key that the application gave, of which this one may be another generation
     */
    record Reuse(DataKeys keys, CustodyKey given) {}

    /** A key that an envelope can name: the custody is not believed to give none other. */
    static InCustody of(CustodyKey key) throws InvalidKeyException {
      // [envelope-22]
      KeyDescription described = key.description();
      if (described.kind() != KeyKind.UMK) {
        throw new InvalidKeyException("this key in custody is not a UMK: " + key);
      }
      if (described.generation() == 0) {
        throw new InvalidKeyException("its custody gives it the generation 0: " + key);
      }
      DekWrap wrap =
          key.operation(DekWrap.class)
              .orElseThrow(() -> new InvalidKeyException("its custody cannot wrap DEKs: " + key));
      // [envelope-6] [envelope-7]
      WrapAlgorithm known =
          WrapAlgorithm.of(wrap.wrapAlg(), wrap.wrappedLength())
              .orElseThrow(
                  () ->
                      new InvalidKeyException(
                          "its custody wraps with algorithm "
                              + wrap.wrapAlg()
                              + " into "
                              + wrap.wrappedLength()
                              + " bytes, which this build cannot put into an envelope: "
                              + key));
      return new InCustody(key, described.id(), described.generation(), wrap, known, null);
    }

    private InCustody with(@Nullable Reuse kept) {
      return new InCustody(key, id, generation, dekWrap, wrapAlg, kept);
    }

    @Override
    public MasterKey reusing(DataKeyReuse wanted) {
      return with(new Reuse((DataKeys) wanted, key));
    }

    @Override
    public boolean isApproved() {
      return dekWrap.isApproved();
    }

    @Override
    public byte[] wrap(SecretBytes dek, byte[] aad) {
      byte[] wrapped = dekWrap.wrap(dek, aad.clone());
      if (wrapped.length != wrapAlg.length()) {
        throw new ProviderException(
            "the custody of " + key + " wrapped a DEK into " + wrapped.length + " bytes");
      }
      return wrapped;
    }

    @Override
    public boolean derives(long plaintextLength) {
      return reuse != null && plaintextLength <= reuse.keys.bytes();
    }

    @Override
    public DataKeys.Lease dataKey(Engine engine, long plaintextLength) {
      Reuse kept = Objects.requireNonNull(reuse, "no reuse of data keys was asked for");
      return kept.keys.forSealing(engine, kept.given, this, plaintextLength);
    }

    @Override
    public SecretBytes unwrap(byte[] wrapped, byte[] aad) throws AEADBadTagException {
      return unwrapped(() -> askToUnwrap(wrapped, aad));
    }

    @Override
    public SecretBytes unwrapDataKey(Engine engine, byte[] wrapped) throws AEADBadTagException {
      return reuse == null
          ? unwrap(wrapped, ContextBinding.dataKeyAad())
          : unwrapped(() -> reuse.keys.forOpening(engine, reuse.given, this, wrapped).key());
    }

    @Override
    public boolean mayErr() {
      return true;
    }

    @Override
    public void forgetDataKey(Engine engine, byte[] wrapped) {
      if (reuse != null) {
        reuse.keys.forget(engine, reuse.given, this, wrapped);
      }
    }

    private static SecretBytes unwrapped(Supplier<SecretBytes> custody) throws AEADBadTagException {
      try {
        return custody.get();
      } catch (CustodyException e) {
        // [envelope-31]
        if (e.kind() == CustodyException.Kind.INTEGRITY) {
          throw new AEADBadTagException(e.getMessage());
        }
        throw e;
      }
    }

    /**
     * What its custody gives.
     *
     * @throws CustodyException as the custody says, INTEGRITY too
     */
    SecretBytes askToUnwrap(byte[] wrapped, byte[] aad) {
      SecretBytes dek = dekWrap.unwrap(wrapped, aad.clone());
      int length = dek.length();
      if (length != RecordKey.LENGTH) {
        dek.close();
        // [envelope-65]
        throw new CustodyException(
            CustodyException.Kind.TRANSIENT,
            "the custody unwrapped a DEK of "
                + length
                + " bytes, and every one has 32: nothing is known of the envelope; find out what is"
                + " wrong with the custody: e2ee custody probe URI");
      }
      return dek;
    }

    @Override
    public MasterKey named(EnvelopeHeader header) throws WrongKeyException {
      // [envelope-23]
      InCustody found = header.keyId().equals(id()) ? this : sibling(header);
      if (found.generation() != header.generation()) {
        throw wrongKey(header, "that id has generation " + found.generation() + " here");
      }
      return wrappingAs(header, found.with(reuse));
    }

    private InCustody sibling(EnvelopeHeader header) throws WrongKeyException {
      try {
        InCustody other = of(key.generation(header.keyId()));
        if (!other.id().equals(header.keyId())) {
          throw new ProviderException("the custody of " + key + " gave another key than asked for");
        }
        return other;
      } catch (InvalidKeyException e) {
        throw wrongKey(header, String.valueOf(e.getMessage()));
      } catch (CustodyException e) {
        if (e.kind() == CustodyException.Kind.MISSING) {
          throw wrongKey(header, "no generation of '" + key.description().name() + "' has that id");
        }
        throw e;
      }
    }

    /** The key stays its custody's. */
    @Override
    public void close() {}
  }

  private static MasterKey wrappingAs(EnvelopeHeader header, MasterKey key)
      throws WrongKeyException {
    // [envelope-56]
    if (header.wrap().algorithm() != key.wrapAlg()) {
      throw wrongKey(
          header,
          "the header says that it wrapped with "
              + header.wrap().algorithm()
              + ", and it wraps with "
              + key.wrapAlg());
    }
    return key;
  }

  private static WrongKeyException wrongKey(EnvelopeHeader header, String have) {
    return new WrongKeyException(
        "the envelope was sealed under the key "
            + header.keyId()
            + ", generation "
            + Integer.toUnsignedString(header.generation())
            + "; "
            + have);
  }
}
