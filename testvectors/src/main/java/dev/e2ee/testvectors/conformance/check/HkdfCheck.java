package dev.e2ee.testvectors.conformance.check;

import dev.e2ee.key.HkdfKeySpec;
import dev.e2ee.testvectors.conformance.Check;
import dev.e2ee.testvectors.conformance.Subject;
import dev.e2ee.testvectors.conformance.vector.TestVector;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.Provider;
import java.security.spec.AlgorithmParameterSpec;
import java.util.List;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * {@code HkdfTest} through {@code SecretKeyFactory} {@code HKDF-SHA…} with our specification, or
 * through {@code javax.crypto.KDF}, which the JDK has from 25 on and which is reached by reflection
 * because this is compiled for 17. Others have specifications of their own, which are not known
 * here.
 */
public final class HkdfCheck implements Check {
  private final String name;

  /** Of this hash: 256, 384 or 512. */
  public HkdfCheck(int bits) {
    this.name = "HKDF-SHA" + bits;
  }

  @Override
  public @Nullable String run(Subject subject, TestVector vector)
      throws GeneralSecurityException, NotOfferedException, WrongResultException {
    byte[] okm;
    try {
      okm = ofFactory(subject, vector);
    } catch (NotOfferedException e) {
      okm = ofKdf(subject, vector);
    }
    Compare.same("key", vector.isValid() ? vector.hex("okm") : new byte[0], okm);
    return null;
  }

  private byte[] ofFactory(Subject subject, TestVector v)
      throws GeneralSecurityException, NotOfferedException {
    return subject
        .secrets(name)
        .generateSecret(
            new HkdfKeySpec(v.hex("ikm"), v.hex("salt"), v.hex("info"), v.number("size")))
        .getEncoded();
  }

  private byte[] ofKdf(Subject subject, TestVector vector)
      throws GeneralSecurityException, NotOfferedException {
    for (Provider provider : subject.providers()) {
      if (provider.getService("KDF", name) != null) {
        return derived(provider, vector);
      }
    }
    throw new NotOfferedException("no HKDF that is known here: SecretKeyFactory or KDF " + name);
  }

  private byte[] derived(Provider provider, TestVector v)
      throws GeneralSecurityException, NotOfferedException {
    try {
      Class<?> kdf = Class.forName("javax.crypto.KDF");
      Object made =
          kdf.getMethod("getInstance", String.class, Provider.class).invoke(null, name, provider);
      return (byte[])
          kdf.getMethod("deriveData", AlgorithmParameterSpec.class).invoke(made, spec(v));
    } catch (java.lang.reflect.InvocationTargetException e) {
      if (e.getCause() instanceof GeneralSecurityException refused) {
        throw refused;
      }
      if (e.getCause() instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new NotOfferedException("javax.crypto.KDF threw " + e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new NotOfferedException("this JDK has another javax.crypto.KDF: " + e);
    }
  }

  private static AlgorithmParameterSpec spec(TestVector v)
      throws ReflectiveOperationException, InvalidAlgorithmParameterException {
    Class<?> spec = Class.forName("javax.crypto.spec.HKDFParameterSpec");
    Object builder = spec.getMethod("ofExtract").invoke(null);
    Class<?> type = Class.forName("javax.crypto.spec.HKDFParameterSpec$Builder");
    for (var input : List.of(List.of("addIKM", "ikm"), List.of("addSalt", "salt"))) {
      byte[] bytes = v.hex(input.get(1));
      if (bytes.length > 0) {
        type.getMethod(input.get(0), javax.crypto.SecretKey.class)
            .invoke(builder, new SecretKeySpec(bytes, "Generic"));
      }
    }
    try {
      return (AlgorithmParameterSpec)
          type.getMethod("thenExpand", byte[].class, int.class)
              .invoke(builder, v.hex("info"), v.number("size"));
    } catch (java.lang.reflect.InvocationTargetException e) {
      throw new InvalidAlgorithmParameterException(String.valueOf(e.getCause()), e);
    }
  }
}
