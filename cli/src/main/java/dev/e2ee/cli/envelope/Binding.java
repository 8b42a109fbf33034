package dev.e2ee.cli.envelope;

import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.RecordContext;
import java.security.InvalidKeyException;
import java.security.Key;
import javax.crypto.AEADBadTagException;

/** What an envelope is bound to: a record, or bytes, which may be none. */
public sealed interface Binding {
  /** The most bytes of additional authenticated data. */
  int MAX_AAD = 8183;

  /** Seals. */
  byte[] seal(Envelope envelope, byte[] plaintext);

  /** Opens. */
  byte[] open(Envelope envelope, byte[] sealed) throws AEADBadTagException;

  /** Re-wraps. */
  byte[] rewrap(Envelope envelope, byte[] sealed, Key newKey)
      throws AEADBadTagException, InvalidKeyException;

  /** Such as {@code record}, {@code aad} or {@code nothing}. */
  String word();

  /** A record. */
  record OfRecord(RecordContext context) implements Binding {
    @Override
    public byte[] seal(Envelope envelope, byte[] plaintext) {
      return envelope.seal(plaintext, context);
    }

    @Override
    public byte[] open(Envelope envelope, byte[] sealed) throws AEADBadTagException {
      return envelope.open(sealed, context);
    }

    @Override
    public byte[] rewrap(Envelope envelope, byte[] sealed, Key newKey)
        throws AEADBadTagException, InvalidKeyException {
      return envelope.rewrap(sealed, newKey, context);
    }

    @Override
    public String word() {
      return "record";
    }
  }

  /** Additional authenticated data; empty for nothing. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record OfAad(byte[] aad) implements Binding {
    @Override
    public byte[] seal(Envelope envelope, byte[] plaintext) {
      return envelope.seal(plaintext, aad);
    }

    @Override
    public byte[] open(Envelope envelope, byte[] sealed) throws AEADBadTagException {
      return envelope.open(sealed, aad);
    }

    @Override
    public byte[] rewrap(Envelope envelope, byte[] sealed, Key newKey)
        throws AEADBadTagException, InvalidKeyException {
      return envelope.rewrap(sealed, newKey, aad);
    }

    @Override
    public String word() {
      return aad.length == 0 ? "nothing" : "aad";
    }
  }
}
