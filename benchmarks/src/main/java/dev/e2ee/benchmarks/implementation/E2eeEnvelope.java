package dev.e2ee.benchmarks.implementation;

import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.RecordContext;
import dev.e2ee.provider.E2eeProvider;
import java.security.GeneralSecurityException;
import javax.crypto.SecretKey;

/** Ours through the typed API; one object for all threads. */
public final class E2eeEnvelope implements RecordCipher {
  private final Envelope envelope;
  private final RecordContext context =
      RecordContext.of(Sample.USER_ID, Sample.ENTITY_TYPE, Sample.ENTITY_ID);

  /** Over the JDK's engine. */
  public E2eeEnvelope() throws GeneralSecurityException {
    this(Sample.key());
  }

  /** The same under a copy of this key. */
  E2eeEnvelope(SecretKey key) throws GeneralSecurityException {
    this.envelope = Envelope.with(key);
  }

  /** Over the engine of this provider, under a copy of this key. */
  E2eeEnvelope(E2eeProvider provider, SecretKey key) throws GeneralSecurityException {
    this.envelope = Envelope.with(key, provider);
  }

  @Override
  public byte[] seal(byte[] plaintext) {
    return envelope.seal(plaintext, context);
  }

  @Override
  public byte[] open(byte[] sealed) throws GeneralSecurityException {
    return envelope.open(sealed, context);
  }

  @Override
  public void close() {
    envelope.close();
  }
}
