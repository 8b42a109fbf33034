package dev.e2ee.testvectors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The services of types that the JDK 17 has not, in the real jar. Compiled for a later JDK, they
 * cannot be called from here: programs try them in a process of their own.
 */
@SuppressWarnings("NullAway.Init") // JUnit sets the directory
class LaterJdkTest {
  private static final int RELEASE = Runtime.version().feature();

  private static final String COUNT =
      """
      public class Count {
        public static void main(String[] a) {
          new dev.e2ee.provider.E2eeProvider().getServices().stream()
              .filter(s -> s.getType().equals("KEM") || s.getType().equals("KDF"))
              .map(s -> s.getType() + "." + s.getAlgorithm()).sorted().forEach(System.out::println);
        }
      }
      """;

  /** Against the JDK's own: each opens what the other encapsulates; and what is refused. */
  private static final String KEM =
      """
      import java.security.*;
      import java.security.spec.*;
      import java.util.*;
      import javax.crypto.*;

      public class Kem {
        static void check(boolean right, String what) {
          if (!right) throw new AssertionError(what);
        }

        static boolean refused(java.util.concurrent.Callable<?> action, Class<?> with) throws Exception {
          try {
            action.call();
            return false;
          } catch (Exception e) {
            if (e.getClass() != with) throw e;
            return true;
          }
        }

        public static void main(String[] a) throws Exception {
          Provider ours = new dev.e2ee.provider.E2eeProvider();
          Provider theirs = Security.getProvider("SunJCE");
          for (String curve : List.of("secp256r1", "X25519")) {
            KeyPairGenerator g = KeyPairGenerator.getInstance(curve.equals("X25519") ? curve : "EC");
            if (!curve.equals("X25519")) g.initialize(new ECGenParameterSpec(curve));
            for (int i = 0; i < 25; i++) {
              KeyPair pair = g.generateKeyPair();
              for (Provider[] both : new Provider[][] {{ours, theirs}, {theirs, ours}, {ours, ours}}) {
                KEM.Encapsulated made = KEM.getInstance("DHKEM", both[0])
                    .newEncapsulator(pair.getPublic()).encapsulate(0, 32, "AES");
                KEM.Decapsulator d = KEM.getInstance("DHKEM", both[1]).newDecapsulator(pair.getPrivate());
                SecretKey same = d.decapsulate(made.encapsulation(), 0, 32, "AES");
                check(Arrays.equals(made.key().getEncoded(), same.getEncoded()), "another secret");
                check(Arrays.equals(Arrays.copyOfRange(same.getEncoded(), 4, 20),
                    d.decapsulate(made.encapsulation(), 4, 20, "AES").getEncoded()), "another part");
                check(d.secretSize() == 32 && d.encapsulationSize() == made.encapsulation().length, "sizes");
              }
            }
            KeyPair pair = g.generateKeyPair();
            KEM.Decapsulator d = KEM.getInstance("DHKEM", ours).newDecapsulator(pair.getPrivate());
            byte[] low = new byte[d.encapsulationSize()];
            check(refused(() -> d.decapsulate(low), DecapsulateException.class), "a point of low order");
            check(refused(() -> d.decapsulate(new byte[31]), DecapsulateException.class), "a length");
          }
          KeyPairGenerator g = KeyPairGenerator.getInstance("EC");
          g.initialize(new ECGenParameterSpec("secp384r1"));
          KeyPair other = g.generateKeyPair();
          KEM kem = KEM.getInstance("DHKEM", ours);
          check(refused(() -> kem.newEncapsulator(other.getPublic()), InvalidKeyException.class), "P-384");
          check(refused(() -> kem.newDecapsulator(other.getPrivate()), InvalidKeyException.class), "P-384");
          Security.insertProviderAt(ours, 1);
          KEM any = KEM.getInstance("DHKEM");
          check(any.newEncapsulator(other.getPublic()).providerName().equals("SunJCE"), "P-384 is the JDK's");
          System.out.println("done");
        }
      }
      """;

  /** Against the JDK's own, and Argon2id against RFC 9106's reference implementation's vector. */
  private static final String KDF =
      """
      import dev.e2ee.argon2.Argon2Cost;
      import dev.e2ee.recovery.Argon2KeySpec;
      import java.security.*;
      import java.util.*;
      import javax.crypto.*;
      import javax.crypto.spec.*;

      public class Kdf {
        static void check(boolean right, String what) {
          if (!right) throw new AssertionError(what);
        }

        public static void main(String[] a) throws Exception {
          Provider ours = new dev.e2ee.provider.E2eeProvider();
          Random random = new Random(5);
          for (int bits : new int[] {256, 384, 512}) {
            KDF one = KDF.getInstance("HKDF-SHA" + bits, ours);
            KDF two = KDF.getInstance("HKDF-SHA" + bits, "SunJCE");
            for (int i = 0; i < 200; i++) {
              byte[] ikm = new byte[random.nextInt(1, 200)], salt = new byte[random.nextInt(200)];
              byte[] info = new byte[random.nextInt(200)];
              random.nextBytes(ikm);
              random.nextBytes(salt);
              random.nextBytes(info);
              int length = random.nextInt(1, 255 * bits / 8 + 1);
              var extract = HKDFParameterSpec.ofExtract().addIKM(ikm).addIKM(info).addSalt(salt);
              byte[] prk = one.deriveData(extract.extractOnly());
              check(Arrays.equals(prk, two.deriveData(extract.extractOnly())), "extract");
              var expand = HKDFParameterSpec.expandOnly(new SecretKeySpec(prk, "PRK"), info, length);
              check(Arrays.equals(one.deriveData(expand), two.deriveData(expand)), "expand");
              SecretKey key = one.deriveKey("AES", extract.thenExpand(info, length));
              check(key.getAlgorithm().equals("AES"), "name");
              check(Arrays.equals(key.getEncoded(),
                  two.deriveKey("AES", extract.thenExpand(info, length)).getEncoded()), "both");
            }
            var nothing = HKDFParameterSpec.ofExtract().extractOnly();
            check(Arrays.equals(one.deriveData(nothing), two.deriveData(nothing)), "nothing");
            for (var bad : List.of(
                HKDFParameterSpec.expandOnly(new SecretKeySpec(new byte[bits / 8 - 1], "x"), null, 5),
                HKDFParameterSpec.expandOnly(new SecretKeySpec(new byte[64], "x"), null, 255 * bits / 8 + 1),
                new IvParameterSpec(new byte[12]))) {
              try {
                one.deriveData(bad);
                throw new AssertionError("accepted " + bad);
              } catch (InvalidAlgorithmParameterException expected) {
              }
            }
          }
          byte[] password = "password".getBytes("UTF-8"), salt = "somesaltsomesalt".getBytes("UTF-8");
          try (var spec = new Argon2KeySpec(password, salt, new Argon2Cost(19456, 2, 1), 32)) {
            byte[] expected = SecretKeyFactory.getInstance("Argon2id", ours).generateSecret(spec).getEncoded();
            check(Arrays.equals(expected, KDF.getInstance("Argon2id", ours).deriveData(spec)), "Argon2id");
            SecretKey key = KDF.getInstance("Argon2id", ours).deriveKey("AES", spec);
            check(Arrays.equals(expected, key.getEncoded()) && key.getAlgorithm().equals("AES"), "as a key");
          }
          System.out.println("done");
        }
      }
      """;

  @TempDir Path directory;

  /** On a JDK that cannot compile them they may be missing; ./verify gives one that can. */
  @BeforeEach
  void built() throws Exception {
    try (JarFile jar = new JarFile(RealJars.of("provider").toFile())) {
      assertEquals("true", jar.getManifest().getMainAttributes().getValue("Multi-Release"));
      boolean built =
          jar.getEntry("META-INF/versions/25/dev/e2ee/internal/jca/LaterRows.class") != null;
      if (RELEASE < 25) {
        Assumptions.assumeTrue(built, "no JDK 25 has compiled them: see verify");
      }
      assertTrue(built, "mvn has no JDK 25: give -Djdk25.home");
    }
  }

  private String run(String name, String program) throws Exception {
    Files.writeString(directory.resolve(name + ".java"), program);
    return new RealJars(directory).run(0, "java", "-cp", RealJars.path(), name + ".java");
  }

  @Test
  void eachJdkHasTheServicesOfItsTypes() throws Exception {
    String kem = "KEM.DHKEM\n";
    String kdf = "KDF.Argon2id\nKDF.HKDF-SHA256\nKDF.HKDF-SHA384\nKDF.HKDF-SHA512\n";
    String expected = RELEASE < 21 ? "" : RELEASE < 25 ? kem : kdf + kem;
    assertEquals(expected, run("Count", COUNT));
    String onModulePath =
        new RealJars(directory)
            .run(
                0,
                "java",
                "-p",
                RealJars.path(),
                "--add-modules",
                "dev.e2ee.provider",
                "Count.java");
    assertEquals(expected, onModulePath);
  }

  @Test
  void encapsulatesAsTheJdkDoes() throws Exception {
    Assumptions.assumingThat(RELEASE >= 21, () -> assertEquals("done\n", run("Kem", KEM)));
  }

  @Test
  void derivesAsTheJdkDoes() throws Exception {
    Assumptions.assumingThat(RELEASE >= 25, () -> assertEquals("done\n", run("Kdf", KDF)));
  }
}
