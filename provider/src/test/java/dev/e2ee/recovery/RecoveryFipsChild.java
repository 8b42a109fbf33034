package dev.e2ee.recovery;

import dev.e2ee.argon2.Argon2Cost;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.spi.internal.engine.Engines;
import dev.e2ee.testing.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.ProviderException;
import java.util.Arrays;
import javax.crypto.Cipher;

/**
 * A program that is started in the FIPS profile. From a folder it takes {@code code}, {@code bare}
 * and {@code costly}, and leaves its own wraps there. It prints a line for each attempt.
 */
public final class RecoveryFipsChild {
  static final String USER = "alice";
  static final int ISSUE = 4;

  private final RecoveryWrap wraps = RecoveryWrap.of(USER);
  private final RecoveryCode code;
  private final byte[] bare;
  private final byte[] costly;

  private RecoveryFipsChild(Path folder) throws GeneralSecurityException, IOException {
    this.code = RecoveryCode.parse(Files.readString(folder.resolve("code")).toCharArray());
    this.bare = Files.readAllBytes(folder.resolve("bare"));
    this.costly = Files.readAllBytes(folder.resolve("costly"));
  }

  /** Takes the folder. */
  public static void main(String[] arguments) throws GeneralSecurityException, IOException {
    Path folder = Path.of(arguments[0]);
    RecoveryFipsChild child = new RecoveryFipsChild(folder);
    say("engine", Engines.describe(new E2eeProvider().engine()));
    say("allows a cost", String.valueOf(child.wraps.allowsCost()));
    child.typed(folder);
    child.throughTheCipher(folder);
  }

  private static void say(String what, String how) {
    System.out.println(what + ": " + how);
  }

  private static String umk(UserMasterKey umk) {
    return Arrays.equals(Sample.umkBytes(), umk.getEncoded()) ? "the sample" : "another";
  }

  private interface Attempt {
    Object run() throws GeneralSecurityException;
  }

  private static void attempt(String what, Attempt attempt) {
    try {
      attempt.run();
      say(what, "accepted");
    } catch (GeneralSecurityException | ProviderException e) {
      Throwable cause = e.getCause();
      String by = cause == null ? "" : " by " + cause.getClass().getSimpleName();
      say(what, e.getClass().getSimpleName() + by + ": " + e.getMessage());
    }
  }

  private void typed(Path folder) throws GeneralSecurityException, IOException {
    say("opened", umk(wraps.unwrap(bare, code, 3)));
    Files.write(folder.resolve("theirs"), wraps.wrapWithoutCost(Sample.umk(), code, ISSUE));
    attempt("wrap", () -> wraps.wrap(Sample.umk(), code, ISSUE, Argon2Cost.DEFAULT));
    attempt("unwrap", () -> wraps.unwrap(costly, code, 1));
    byte[] altered = bare.clone();
    altered[60] ^= 1;
    attempt("altered", () -> wraps.unwrap(altered, code, 1));
    attempt("cut", () -> wraps.unwrap(Arrays.copyOf(costly, 167), code, 1));
  }

  private Cipher cipher(int mode, RecoveryWrapParameterSpec spec) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("E2EE-RecoveryWrap", new E2eeProvider());
    cipher.init(mode, code, spec);
    return cipher;
  }

  private void throughTheCipher(Path folder) throws GeneralSecurityException, IOException {
    RecoveryWrapParameterSpec spec = RecoveryWrapParameterSpec.withoutCost(USER, ISSUE);
    byte[] wrap = cipher(Cipher.WRAP_MODE, spec).wrap(Sample.umk());
    Files.write(folder.resolve("theirs by cipher"), wrap);
    RecoveryWrapParameterSpec usual = new RecoveryWrapParameterSpec(USER);
    Cipher reading = cipher(Cipher.UNWRAP_MODE, usual);
    say("cipher opened", umk((UserMasterKey) reading.unwrap(wrap, "E2EE-UMK", Cipher.SECRET_KEY)));
    attempt("cipher init", () -> cipher(Cipher.WRAP_MODE, usual));
    attempt("cipher unwrap", () -> reading.unwrap(costly, "E2EE-UMK", Cipher.SECRET_KEY));
  }
}
