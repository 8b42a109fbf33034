package dev.e2ee.token;

import dev.e2ee.internal.format.Base64Url;
import dev.e2ee.internal.format.Identifier;
import dev.e2ee.internal.token.ApiTokenCore;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * An API token of version 2: {@code e2ee_} and 48 characters, by which a program without a device
 * gets a user's UMK. {@code testvectors/spec/apitoken.md}.
 *
 * <p>It never leaves the client. A server is given its {@link #id}, a {@linkplain #verifier
 * verifier} once, and with each request the {@link #auth} value, which is of use to that server
 * only and opens nothing. Safe for use by many threads.
 */
public final class ApiToken implements AutoCloseable {
  private static final String PREFIX = "e2ee_";
  private static final String ACONTEXT = "sk-ac-";
  private static final byte VERSION = 2;
  private static final int SEED_END = 1 + ApiTokenCore.SEED;
  private static final int LENGTH = SEED_END + ApiTokenCore.CHECK;

  private final ApiTokenCore core;
  private final SecretBytes seed;
  private final ApiTokenId id;

  private ApiToken(Engine engine, SecretBytes seed) {
    this.core = new ApiTokenCore(engine);
    this.seed = seed;
    this.id = ApiTokenId.of(core.tokenId(seed));
  }

  /** Draws a new one with the JDK's randomness. */
  public static ApiToken generate() {
    return generate(Engine.configured());
  }

  /** Draws a new one for this provider. */
  public static ApiToken generate(E2eeProvider provider) {
    return generate(Engine.of(provider.engine()));
  }

  private static ApiToken generate(Engine engine) {
    // [apitoken-1]
    return new ApiToken(engine, SecretBytes.adopt(engine.random(ApiTokenCore.SEED)));
  }

  /**
   * Reads one, exactly as it was written.
   *
   * @param text stays the caller's, who wipes it
   * @throws InvalidApiTokenException saying what is wrong, not where: that would help to guess
   */
  public static ApiToken parse(char[] text) throws InvalidApiTokenException {
    return parse(text, Engine.configured());
  }

  /** The same for this provider. */
  public static ApiToken parse(char[] text, E2eeProvider provider) throws InvalidApiTokenException {
    return parse(text, Engine.of(provider.engine()));
  }

  private static ApiToken parse(char[] text, Engine engine) throws InvalidApiTokenException {
    // [apitoken-4]
    if (Base64Url.hasPrefix(text, ACONTEXT)) {
      throw new InvalidApiTokenException(
          "this is a token of version 1, Acontext's, from which its server has the key:"
              + " dev.e2ee.interop.acontext.AcontextToken reads it, ApiToken does not");
    }
    // [apitoken-2]
    byte[] bytes =
        Base64Url.decode(text, PREFIX, LENGTH)
            .orElseThrow(
                () ->
                    new InvalidApiTokenException(
                        "an API token is e2ee_ and 48 letters, digits, - and _, with nothing before"
                            + " or behind"));
    try {
      // [apitoken-3]
      if (bytes[0] != VERSION) {
        throw new InvalidApiTokenException(
            "an API token of version " + bytes[0] + ", which is not known here: this is version 2");
      }
      SecretBytes seed = SecretBytes.adopt(Arrays.copyOfRange(bytes, 1, SEED_END));
      byte[] check = Arrays.copyOfRange(bytes, SEED_END, LENGTH);
      if (!MessageDigest.isEqual(check, new ApiTokenCore(engine).check(seed))) {
        seed.close();
        throw new InvalidApiTokenException(
            "the API token is damaged: copy it again, in full, from where it was kept");
      }
      return new ApiToken(engine, seed);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /**
   * The 53 characters to keep, which the caller wipes.
   *
   * @throws IllegalStateException when closed
   */
  public char[] text() {
    byte[] bytes = seed.copy();
    byte[] all = new byte[LENGTH];
    try {
      ByteBuffer.wrap(all).put(VERSION).put(bytes).put(core.check(seed));
      return Base64Url.encode(PREFIX, all);
    } finally {
      Arrays.fill(bytes, (byte) 0);
      Arrays.fill(all, (byte) 0);
    }
  }

  /** Its public name, by which a server finds verifier and wrap. */
  public ApiTokenId id() {
    return id;
  }

  /**
   * What is sent to one server, and nothing else is: 32 bytes, which the caller closes. The same
   * each time, so over TLS only.
   *
   * @param audience the server's name as it writes it too, such as {@code https://api.example.org};
   *     1 to 1024 bytes of UTF-8, not normalised. Whoever is asked for another one's name must not
   *     be given it
   * @throws IllegalArgumentException for another audience
   * @throws IllegalStateException when closed
   */
  public SecretBytes auth(String audience) {
    // [apitoken-5] [apitoken-6]
    return core.auth(seed, Identifier.check("audience", audience));
  }

  /**
   * What that server is given once, when the token is registered.
   *
   * @param audience as for {@link #auth}
   * @throws IllegalArgumentException for another audience
   * @throws IllegalStateException when closed
   */
  public ApiTokenVerifier verifier(String audience) {
    try (SecretBytes auth = auth(audience)) {
      return core.verifier(auth);
    }
  }

  /** A copy of the seed, which the caller closes. */
  SecretBytes seed() {
    return SecretBytes.adopt(seed.copy());
  }

  /** Wipes the token; its id stays. */
  @Override
  public void close() {
    seed.close();
  }

  /** Its id; nothing of it is secret. */
  @Override
  public String toString() {
    return "ApiToken[" + id + "]";
  }
}
