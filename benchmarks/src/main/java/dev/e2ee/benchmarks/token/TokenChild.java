package dev.e2ee.benchmarks.token;

import dev.e2ee.benchmarks.machine.Jvm;
import dev.e2ee.spi.KeyCustody;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A JVM that works in the token, by the custody or by SunPKCS11. It prints what the program in C
 * prints for the same arguments.
 */
final class TokenChild {
  /** By the custody. */
  static final String E2EE = "e2ee";

  /** By the JDK's own provider for tokens. */
  static final String SUN = "sunpkcs11";

  private static final String GENERATE = "generate";

  private TokenChild() {}

  /** The command that does a work. */
  static List<String> command(Jvm jvm, String subject, TokenWork work) {
    return Stream.concat(java(jvm, subject).stream(), work.arguments().stream()).toList();
  }

  /** The command that makes a UMK and prints its id. */
  static List<String> generates(Jvm jvm, SoftHsm.Token token, String name) {
    return Stream.concat(
            java(jvm, GENERATE).stream(),
            Stream.of(token.module().toString(), Long.toString(token.slot()), name))
        .toList();
  }

  private static List<String> java(Jvm jvm, String subject) {
    return List.of(
        jvm.java().toString(),
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        System.getProperty("java.class.path"),
        TokenChild.class.getName(),
        subject);
  }

  /** Arguments: a subject, and those of {@link TokenWork}. */
  public static void main(String[] arguments)
      throws GeneralSecurityException, IOException, InterruptedException {
    List<String> rest = List.of(arguments).subList(1, arguments.length);
    switch (arguments[0]) {
      case GENERATE ->
          System.out.println(
              CustodyProgram.generate(SoftHsm.Token.parse(rest.get(0), rest.get(1)), rest.get(2)));
      case E2EE -> {
        TokenWork work = TokenWork.parse(rest);
        try (KeyCustody custody = CustodyProgram.open(work.token())) {
          run(CustodyProgram.factory(custody, work), work);
        }
      }
      case SUN -> {
        TokenWork work = TokenWork.parse(rest);
        run(SunProgram.factory(work), work);
      }
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  /** Proves its work once, or measures it at each line of standard input. */
  private static void run(TokenProgram.Factory factory, TokenWork work)
      throws GeneralSecurityException, IOException, InterruptedException {
    TokenProgram first = factory.make();
    switch (work.operation()) {
      case PROVE -> {
        if (work.input().length > 0) {
          requireDek(work, first.unwrap(work.input()));
        }
        System.out.println(HexFormat.of().formatHex(first.wrap()));
      }
      case PROVE_MAC -> System.out.println(HexFormat.of().formatHex(first.mac(work.input())));
      case WRAP, UNWRAP, MAC -> {
        List<Throughput.Action> actions = new ArrayList<>();
        for (int i = 0; i < work.threads(); i++) {
          actions.add(action(factory.make(), work));
        }
        BufferedReader told =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        while (told.readLine() != null) {
          double speed = Throughput.measure(actions, work.warmUp(), work.time());
          System.out.println(String.format(Locale.ROOT, "%.3f", speed));
        }
      }
    }
  }

  private static Throughput.Action action(TokenProgram program, TokenWork work) {
    return switch (work.operation()) {
      case WRAP -> program::wrap;
      case UNWRAP -> () -> requireDek(work, program.unwrap(work.input()));
      case MAC -> macs(program, work);
      case PROVE, PROVE_MAC -> throw new IllegalArgumentException("nothing to repeat");
    };
  }

  private static Throughput.Action macs(TokenProgram program, TokenWork work) {
    SecureRandom random = new SecureRandom();
    byte[] message = work.input().clone();
    byte[] salt = new byte[TokenWork.SALT];
    return () -> {
      random.nextBytes(salt);
      System.arraycopy(salt, 0, message, TokenWork.SALT_AT, salt.length);
      program.mac(message);
    };
  }

  private static void requireDek(TokenWork work, byte[] found) {
    if (!Arrays.equals(work.dek(), found)) {
      throw new IllegalStateException("the wrap opened to other bytes");
    }
  }
}
