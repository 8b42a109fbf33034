package dev.e2ee.testvectors.conformance;

import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.spi.NotApprovedException;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.testvectors.conformance.Check.NotOfferedException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Signature;
import java.util.ArrayList;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.NoSuchPaddingException;
import javax.crypto.SecretKeyFactory;
import org.jspecify.annotations.Nullable;

/**
 * Who is tried: one JCA provider, or those that make up one, as the JDK's do. A service is looked
 * for under each of its usual names. Keys are read by the subject where it reads such keys, else by
 * the JDK: some providers sign and have no {@code KeyFactory}.
 */
public final class Subject {
  private final List<Provider> providers;
  private final List<Provider> readers;

  /**
   * A subject.
   *
   * @param providers asked in this order
   */
  public Subject(List<Provider> providers) {
    this.providers = List.copyOf(providers);
    this.readers = new ArrayList<>(providers);
    readers.addAll(JdkProviders.all());
  }

  /** Those that are tried. */
  public List<Provider> providers() {
    return providers;
  }

  /**
   * The subject as our own provider, for formats that only it has.
   *
   * @throws NotOfferedException when it is another one
   */
  public E2eeProvider e2ee() throws NotOfferedException {
    if (providers.get(0) instanceof E2eeProvider ours) {
      return ours;
    }
    throw new NotOfferedException("a format of E2EE's own");
  }

  /**
   * What computes for our own provider, for primitives that no service of JCA shows.
   *
   * @throws NotOfferedException when the subject is another one
   */
  public Engine engine() throws NotOfferedException {
    if (providers.get(0) instanceof E2eeProvider ours) {
      return Engine.of(ours.engine());
    }
    throw new NotOfferedException("JCA has no service for it");
  }

  private interface Maker<T> {
    T make(String name, Provider provider) throws GeneralSecurityException;
  }

  private static <T> T first(List<Provider> from, String type, Maker<T> maker, String... names)
      throws NotOfferedException, GeneralSecurityException {
    for (Provider provider : from) {
      for (String name : names) {
        T made = attempt(maker, name, provider);
        if (made != null) {
          return made;
        }
      }
    }
    throw new NotOfferedException("no " + type + " " + String.join(" or ", names));
  }

  private static <T> @Nullable T attempt(Maker<T> maker, String name, Provider provider)
      throws NotOfferedException, GeneralSecurityException {
    try {
      return maker.make(name, provider);
    } catch (NoSuchAlgorithmException | NoSuchPaddingException e) {
      if (e.getCause() instanceof NotApprovedException profile) {
        throw new NotOfferedException(String.valueOf(profile.getMessage()));
      }
      return null;
    }
  }

  /** A fresh cipher of the first of these names that there is. */
  public Cipher cipher(String... names) throws NotOfferedException, GeneralSecurityException {
    return first(providers, "Cipher", Cipher::getInstance, names);
  }

  /** A fresh MAC. */
  public Mac mac(String... names) throws NotOfferedException, GeneralSecurityException {
    return first(providers, "Mac", Mac::getInstance, names);
  }

  /** A fresh agreement. */
  public KeyAgreement agreement(String... names)
      throws NotOfferedException, GeneralSecurityException {
    return first(providers, "KeyAgreement", KeyAgreement::getInstance, names);
  }

  /** A fresh signature. */
  public Signature signature(String... names) throws NotOfferedException, GeneralSecurityException {
    return first(providers, "Signature", Signature::getInstance, names);
  }

  /** A fresh factory of secret keys. */
  public SecretKeyFactory secrets(String... names)
      throws NotOfferedException, GeneralSecurityException {
    return first(providers, "SecretKeyFactory", SecretKeyFactory::getInstance, names);
  }

  /** Fresh parameters. */
  public AlgorithmParameters parameters(String... names)
      throws NotOfferedException, GeneralSecurityException {
    return first(providers, "AlgorithmParameters", AlgorithmParameters::getInstance, names);
  }

  /** A reader of keys: the subject's own, else the JDK's. */
  public KeyFactory keys(String... names) throws NotOfferedException, GeneralSecurityException {
    return first(readers, "KeyFactory", KeyFactory::getInstance, names);
  }
}
