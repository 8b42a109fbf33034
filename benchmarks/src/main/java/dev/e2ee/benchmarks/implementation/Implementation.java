package dev.e2ee.benchmarks.implementation;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import dev.e2ee.provider.E2eeProvider;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.SecretKey;
import org.bouncycastle.jcajce.provider.BouncyCastleFipsProvider;
import org.conscrypt.Conscrypt;

/** What is measured; {@code benchmarks/README.md} tells what each does. */
public enum Implementation {
  /** Ours, {@code Envelope}, the JDK's engine. */
  E2EE("e2ee"),
  /** Ours, {@code Cipher} E2EE-Envelope, the JDK's engine. */
  E2EE_CIPHER("e2ee-cipher"),
  /** Ours, {@code Envelope}, Amazon Corretto Crypto Provider. */
  E2EE_ACCP("e2ee-accp"),
  /** Ours, {@code Envelope}, Conscrypt. */
  E2EE_CONSCRYPT("e2ee-conscrypt"),
  /** Ours, {@code Envelope}, Bouncy Castle FIPS. */
  E2EE_BC_FIPS("e2ee-bc-fips"),
  /** The least that the JDK's ciphers can do it for. */
  FLOOR("floor"),
  /** The most that the JDK's ciphers give for a long record in chunks. */
  JDK_CHUNKS("jdk-chunks"),
  /** Google Tink. */
  TINK("tink"),
  /** AWS Encryption SDK. */
  AWS("aws");

  private final String id;

  Implementation(String id) {
    this.id = id;
  }

  /** Gives each thread a record cipher. */
  @FunctionalInterface
  public interface Source {
    /** The one for the calling thread; the same for all threads where the library allows it. */
    RecordCipher forThread() throws GeneralSecurityException;
  }

  /** Sets up what all threads share, under the sample key. */
  public Source start() throws GeneralSecurityException {
    return start(Sample.key());
  }

  /**
   * The same under this key of 32 bytes. Ours that go through {@code Envelope}, and Tink, copy it;
   * the others use the object itself.
   */
  public Source start(SecretKey key) throws GeneralSecurityException {
    return switch (this) {
      case E2EE -> shared(new E2eeEnvelope(key));
      case E2EE_CIPHER -> ownCiphers(new E2eeProvider(), key);
      case E2EE_ACCP -> shared(new E2eeEnvelope(new E2eeProvider(accp()), key));
      case E2EE_CONSCRYPT ->
          shared(new E2eeEnvelope(new E2eeProvider(Conscrypt.newProvider()), key));
      case E2EE_BC_FIPS ->
          shared(new E2eeEnvelope(new E2eeProvider(new BouncyCastleFipsProvider()), key));
      case FLOOR -> () -> new JdkFloor(key);
      case JDK_CHUNKS -> () -> new JdkChunks(key);
      case TINK -> shared(new TinkEnvelope(key));
      case AWS -> shared(new AwsEncryptionSdk(key));
    };
  }

  private static Source shared(RecordCipher cipher) {
    return () -> cipher;
  }

  private static Source ownCiphers(E2eeProvider provider, SecretKey key) {
    return () -> new E2eeCipher(provider, key);
  }

  private static AmazonCorrettoCryptoProvider accp() {
    AmazonCorrettoCryptoProvider.INSTANCE.assertHealthy();
    return AmazonCorrettoCryptoProvider.INSTANCE;
  }

  /** The name in commands, files and tables. */
  public String id() {
    return id;
  }

  /**
   * The implementation of this id.
   *
   * @throws IllegalArgumentException when there is none, listing those that there are
   */
  public static Implementation of(String id) {
    return Arrays.stream(values())
        .filter(i -> i.id.equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no implementation "
                        + id
                        + "; there are "
                        + Arrays.stream(values()).map(Implementation::id).toList()));
  }
}
