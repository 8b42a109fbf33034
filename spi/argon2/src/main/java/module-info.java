/**
 * Argon2id for passphrases, with bounds that are checked before any memory is taken.
 *
 * <p>The algorithm is Bouncy Castle's. bcprov cannot stand beside bc-fips, so the few classes that
 * Argon2id needs are moved into this jar under a package of our own (see the pom); the {@code
 * requires static} below is for the compiler only, nothing of it is wanted at run time. What they
 * do want is the JDK's logging.
 */
@org.jspecify.annotations.NullMarked
module dev.e2ee.argon2 {
  requires java.logging;
  requires static org.bouncycastle.provider;
  requires static org.jspecify;

  exports dev.e2ee.argon2;
  exports dev.e2ee.argon2.internal to
      dev.e2ee.testvectors;
}
