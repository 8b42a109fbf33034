package dev.e2ee.token;

import dev.e2ee.internal.format.ContextFields;
import dev.e2ee.internal.format.Identifier;
import dev.e2ee.internal.token.ApiTokenCore;
import dev.e2ee.internal.token.ApiTokenWrapMessage;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.crypto.RawUmk;
import dev.e2ee.spi.key.KeyId;
import javax.crypto.AEADBadTagException;

/**
 * Wraps a UMK under an API token. {@code testvectors/spec/apitoken.md}, section 4. Safe for use by
 * many threads.
 *
 * <p>The wrap is public, and the server keeps it. Whoever has the token and any wrap for it has
 * that UMK, for ever: a rotation of the token ends the old one only at a server that deletes the
 * old wrap and verifier. When a token was stolen rotate the UMK too, and wrap the new generation.
 */
public final class ApiTokenWrap {
  private final Engine engine;
  private final byte[] userContext;

  private ApiTokenWrap(Engine engine, String userId) {
    this.engine = engine;
    this.userContext = ContextFields.ofUser(Identifier.check("user id", userId));
  }

  /**
   * Wraps of one user, with the configured engine.
   *
   * @param userId whose UMK it is: a user, or a project that has one; 1 to 1024 bytes of UTF-8
   * @throws IllegalArgumentException for another id
   */
  public static ApiTokenWrap of(String userId) {
    return new ApiTokenWrap(Engine.configured(), userId);
  }

  /** The same with the engine of a provider. */
  public static ApiTokenWrap of(String userId, E2eeProvider provider) {
    return new ApiTokenWrap(Engine.of(provider.engine()), userId);
  }

  /**
   * The public parameters of a wrap. They are authenticated only once it is unwrapped.
   *
   * @param tokenId of the token that opens it
   * @param keyId of the UMK inside
   * @param generation of the UMK inside, 1 or more
   * @param issue counts the tokens of its user, from 1
   */
  public record Info(ApiTokenId tokenId, KeyId keyId, int generation, int issue) {}

  /**
   * Wraps a UMK.
   *
   * @param issue counts the tokens of this user: 1, then one more with each new token and each new
   *     generation of the UMK
   * @return 140 bytes
   * @throws IllegalArgumentException for an issue below 1
   */
  public byte[] wrap(UserMasterKey umk, ApiToken token, int issue) {
    if (issue < 1) {
      throw new IllegalArgumentException("an issue is 1 or more, not " + issue);
    }
    try (SecretBytes bytes = SecretBytes.adopt(umk.getEncoded());
        SecretBytes seed = token.seed()) {
      KeyId keyId = umk.id().orElseGet(() -> RawUmk.idOf(engine, bytes));
      byte[] head = ApiTokenWrapMessage.head(umk.generation(), keyId, issue, token.id());
      return new ApiTokenCore(engine).wrap(bytes, seed, userContext, head);
    }
  }

  /**
   * Unwraps a UMK, which has the id and the generation that the wrap names.
   *
   * @param minimumIssue the last issue of this token that is remembered; 1 when nothing is
   * @throws MalformedApiTokenWrapException for bytes that are no wrap; nothing was derived
   * @throws AEADBadTagException when the token, the user and the wrap do not belong together, or
   *     the wrap has a lower issue
   */
  public UserMasterKey unwrap(byte[] wrap, ApiToken token, int minimumIssue)
      throws MalformedApiTokenWrapException, AEADBadTagException {
    ApiTokenWrapMessage message = ApiTokenWrapMessage.parse(wrap);
    try (SecretBytes seed = token.seed()) {
      // [apitoken-9] [apitoken-11]
      if (!message.tokenId().equals(token.id())) {
        throw new AEADBadTagException(ApiTokenCore.NOT_AUTHENTIC);
      }
      try (SecretBytes umk = new ApiTokenCore(engine).unwrap(message, seed, userContext)) {
        // [apitoken-13]
        if (message.issue() < minimumIssue) {
          throw new AEADBadTagException(
              "this wrap has the number "
                  + message.issue()
                  + ", and "
                  + minimumIssue
                  + " is remembered: an older one was put back");
        }
        return UserMasterKey.of(umk, message.keyId(), message.generation());
      }
    }
  }

  /**
   * Rotates the token of a user who has no other one: the same UMK under a new one, with the issue
   * after this wrap's. No record changes. Register the new token, read its wrap back and open it;
   * then let the server delete the old wrap and verifier. Whoever kept the old wrap opens it with
   * the old token for ever.
   *
   * @param wrap the old token's
   * @param next a new token, from {@link ApiToken#generate()}
   * @param minimumIssue the last issue that is remembered; 1 when nothing is
   * @return 140 bytes
   * @throws IllegalArgumentException when both tokens are one, or no issue is left
   * @throws MalformedApiTokenWrapException as {@link #unwrap}
   * @throws AEADBadTagException as {@link #unwrap}
   */
  public byte[] rotate(byte[] wrap, ApiToken old, ApiToken next, int minimumIssue)
      throws MalformedApiTokenWrapException, AEADBadTagException {
    int issue = ApiTokenWrapMessage.parse(wrap).issue();
    if (issue == Integer.MAX_VALUE) {
      throw new IllegalArgumentException("this user has no number left for another token");
    }
    return rotate(wrap, old, next, minimumIssue, issue + 1);
  }

  /**
   * The same for a user who has several tokens.
   *
   * @param minimumIssue the last issue of the old token that is remembered; 1 when nothing is
   * @param issue the new token's, higher than that of every other token of this user
   * @throws IllegalArgumentException also when it is not higher than that of the wrap
   */
  public byte[] rotate(byte[] wrap, ApiToken old, ApiToken next, int minimumIssue, int issue)
      throws MalformedApiTokenWrapException, AEADBadTagException {
    // [apitoken-14]
    if (old.id().equals(next.id())) {
      throw new IllegalArgumentException(
          "a rotation needs a new token: ApiToken.generate() is one");
    }
    int before = ApiTokenWrapMessage.parse(wrap).issue();
    // [apitoken-13]
    if (issue <= before) {
      throw new IllegalArgumentException(
          "the new token's number must be higher than " + before + ", which the old one has");
    }
    try (UserMasterKey umk = unwrap(wrap, old, minimumIssue)) {
      return wrap(umk, next, issue);
    }
  }

  /**
   * What a wrap says of itself, without a token; nothing of it is verified.
   *
   * @throws MalformedApiTokenWrapException for bytes that are no wrap
   */
  public static Info inspect(byte[] wrap) throws MalformedApiTokenWrapException {
    ApiTokenWrapMessage message = ApiTokenWrapMessage.parse(wrap);
    return new Info(message.tokenId(), message.keyId(), message.generation(), message.issue());
  }
}
