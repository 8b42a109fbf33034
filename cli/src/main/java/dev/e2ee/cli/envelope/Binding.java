package dev.e2ee.cli.envelope;

import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.EnvelopeInputStream;
import dev.e2ee.envelope.EnvelopeOutputStream;
import dev.e2ee.envelope.EnvelopeSeekableChannel;
import dev.e2ee.envelope.RecordContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.SeekableByteChannel;
import java.security.InvalidKeyException;
import java.security.Key;
import javax.crypto.AEADBadTagException;

/** What an envelope is bound to: a record, or bytes, which may be none. */
public sealed interface Binding {
  /** The most bytes of additional authenticated data. */
  int MAX_AAD = 8183;

  /** A stream that seals. */
  EnvelopeOutputStream sealing(Envelope envelope, OutputStream sink);

  /** A stream that opens. */
  EnvelopeInputStream opening(Envelope envelope, InputStream source);

  /** A channel that opens anywhere; its header and the start of its body do open. */
  EnvelopeSeekableChannel openingAnywhere(Envelope envelope, SeekableByteChannel source)
      throws IOException, AEADBadTagException;

  /** The header that takes the place of an envelope's own when it is re-wrapped. */
  byte[] rewrapHeader(Envelope envelope, byte[] start, Key newKey)
      throws AEADBadTagException, InvalidKeyException;

  /** Re-wraps. */
  byte[] rewrap(Envelope envelope, byte[] sealed, Key newKey)
      throws AEADBadTagException, InvalidKeyException;

  /** Whether there is nothing that it is bound to. */
  boolean isNothing();

  /** Such as {@code record}, {@code aad} or {@code nothing}. */
  String word();

  /** A record. */
  record OfRecord(RecordContext context) implements Binding {
    @Override
    public EnvelopeOutputStream sealing(Envelope envelope, OutputStream sink) {
      return envelope.sealing(sink, context);
    }

    @Override
    public EnvelopeInputStream opening(Envelope envelope, InputStream source) {
      return envelope.opening(source, context);
    }

    @Override
    public EnvelopeSeekableChannel openingAnywhere(Envelope envelope, SeekableByteChannel source)
        throws IOException, AEADBadTagException {
      return envelope.openingAnywhere(source, context);
    }

    @Override
    public byte[] rewrapHeader(Envelope envelope, byte[] start, Key newKey)
        throws AEADBadTagException, InvalidKeyException {
      return envelope.rewrapHeader(start, newKey, context);
    }

    @Override
    public byte[] rewrap(Envelope envelope, byte[] sealed, Key newKey)
        throws AEADBadTagException, InvalidKeyException {
      return envelope.rewrap(sealed, newKey, context);
    }

    @Override
    public boolean isNothing() {
      return false;
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
    public EnvelopeOutputStream sealing(Envelope envelope, OutputStream sink) {
      return envelope.sealing(sink, aad);
    }

    @Override
    public EnvelopeInputStream opening(Envelope envelope, InputStream source) {
      return envelope.opening(source, aad);
    }

    @Override
    public EnvelopeSeekableChannel openingAnywhere(Envelope envelope, SeekableByteChannel source)
        throws IOException, AEADBadTagException {
      return envelope.openingAnywhere(source, aad);
    }

    @Override
    public byte[] rewrapHeader(Envelope envelope, byte[] start, Key newKey)
        throws AEADBadTagException, InvalidKeyException {
      return envelope.rewrapHeader(start, newKey, aad);
    }

    @Override
    public byte[] rewrap(Envelope envelope, byte[] sealed, Key newKey)
        throws AEADBadTagException, InvalidKeyException {
      return envelope.rewrap(sealed, newKey, aad);
    }

    @Override
    public boolean isNothing() {
      return aad.length == 0;
    }

    @Override
    public String word() {
      return isNothing() ? "nothing" : "aad";
    }
  }
}
