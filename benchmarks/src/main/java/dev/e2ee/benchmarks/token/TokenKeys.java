package dev.e2ee.benchmarks.token;

import dev.e2ee.benchmarks.machine.Jvm;
import dev.e2ee.benchmarks.process.TimedProcess;
import dev.e2ee.benchmarks.result.Task;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Box;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.TokenKdf;
import dev.e2ee.spi.key.KeyId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.AEADBadTagException;

/** The keys of the token, and what the custody wrapped under them: all entrants must open it. */
final class TokenKeys {
  private static final byte[] NOTHING = new byte[0];
  private static final byte[] AAD =
      "a header and a context, as long as most of them".getBytes(StandardCharsets.US_ASCII);
  private static final int GENERATION = 1;

  private final SoftHsm hsm;
  private final Entrant ours;
  private final Engine engine = Engine.jdk();
  private final byte[] dek = engine.random(32);
  private final KeyId gcm;
  private final KeyId hmac;
  private final byte[] gcmWrap;
  private final byte[] hmacWrap;

  /** Made by the custody on this JVM. */
  TokenKeys(SoftHsm hsm, Jvm jvm)
      throws IOException, InterruptedException, TimedProcess.FailedException {
    this.hsm = hsm;
    this.ours = Entrant.ours(jvm);
    this.gcm = hsm.gcmKey(jvm);
    this.hmac = hsm.hmacKey(jvm);
    this.gcmWrap = prove(ours, gcm, Operation.PROVE, NOTHING);
    this.hmacWrap = prove(ours, hmac, Operation.PROVE, NOTHING);
    if (hmacWrap.length != TokenKdf.WRAPPED) {
      throw new IllegalStateException("without GCM the token should wrap by HMAC");
    }
  }

  private byte[] prove(Entrant who, KeyId key, Operation operation, byte[] input)
      throws IOException, InterruptedException, TimedProcess.FailedException {
    TokenWork work = new TokenWork(hsm.token(), key, operation, 1, 0, 0, dek, AAD, input);
    return HexFormat.of().parseHex(hsm.run(who.command().apply(work)));
  }

  /**
   * Lets an entrant show that it does the same work: it opens what ours wrapped, and ours opens
   * what it wrapped; with its MAC as the KEK, what ours wrapped opens too.
   *
   * @throws IllegalStateException when it does other work
   */
  void prove(Entrant who) throws IOException, InterruptedException, TimedProcess.FailedException {
    prove(ours, gcm, Operation.PROVE, prove(who, gcm, Operation.PROVE, gcmWrap));
    if (who.isOurs()) {
      prove(ours, hmac, Operation.PROVE, prove(who, hmac, Operation.PROVE, hmacWrap));
      return;
    }
    byte[] mac = prove(who, hmac, Operation.PROVE_MAC, block());
    try (SecretBytes kek = SecretBytes.adopt(mac)) {
      byte[] box = Arrays.copyOfRange(hmacWrap, TokenKdf.SALT, hmacWrap.length);
      if (!Arrays.equals(dek, Box.open(engine, kek, box, AAD))) {
        throw new IllegalStateException(who.name() + " computes another MAC");
      }
    } catch (AEADBadTagException e) {
      throw new IllegalStateException(who.name() + " computes another MAC", e);
    }
  }

  /** What the KEK of our wrap is the MAC of. */
  private byte[] block() {
    byte[] salt = Arrays.copyOf(hmacWrap, TokenKdf.SALT);
    return TokenKdf.block(engine, salt, hmac, GENERATION, AAD);
  }

  /** What an entrant does for a task. */
  TokenWork work(Entrant who, Task task, int threads, Times times) {
    Operation operation =
        switch (task) {
          case TOKEN_WRAP -> Operation.WRAP;
          case TOKEN_UNWRAP -> Operation.UNWRAP;
          case TOKEN_KDF_WRAP -> who.isOurs() ? Operation.WRAP : Operation.MAC;
          default -> throw new IllegalArgumentException(task + " is no task for a token");
        };
    return new TokenWork(
        hsm.token(),
        task == Task.TOKEN_KDF_WRAP ? hmac : gcm,
        operation,
        threads,
        times.warmUp(),
        times.measurement(),
        dek,
        AAD,
        operation == Operation.MAC ? block() : gcmWrap);
  }

  /** Milliseconds of each process. */
  record Times(long warmUp, long measurement) {}
}
