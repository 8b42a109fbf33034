package dev.e2ee.custody.pkcs11.internal.session;

import dev.e2ee.custody.pkcs11.internal.cryptoki.Cryptoki;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiException;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Token;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyUri;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which token a URI means: RFC 7512, section 2.3. Each attribute that is there must be the token's.
 */
public final class TokenAddress {
  private static final int MOST_TOLD = 8;

  private final CustodyUri uri;

  /** What the path of a pkcs11: URI says of the token. */
  public TokenAddress(CustodyUri uri) {
    this.uri = uri;
  }

  /** The token for messages: the URI without its query. */
  @Override
  public String toString() {
    return uri.location();
  }

  /**
   * The one token that is meant.
   *
   * @throws CustodyException REMOVED when none fits, AMBIGUOUS when several do
   */
  Token find(Cryptoki module) throws CryptokiException {
    List<Token> all = module.tokens();
    List<Token> fitting = fitting(all);
    if (fitting.isEmpty()) {
      throw noneFits(all);
    }
    if (fitting.size() > 1) {
      throw new CustodyException(
          Kind.AMBIGUOUS,
          this
              + ": "
              + fitting.size()
              + " tokens fit; write one of them before the question mark, and leave what is behind"
              + " it: "
              + told(fitting));
    }
    return fitting.get(0);
  }

  /** That none of these tokens is meant; names those that are set up. */
  public CustodyException noneFits(List<Token> all) {
    return new CustodyException(
        Kind.REMOVED,
        this
            + ": the module has no such token now; insert it, or look at the URI's attributes: "
            + told(all.stream().filter(Token::initialized).toList()));
  }

  private static String told(List<Token> tokens) {
    TokenAddress any = new TokenAddress(CustodyUri.parse("pkcs11:"));
    String first =
        tokens.stream()
            .limit(MOST_TOLD)
            .map(token -> "'" + any.of(token).location() + "'")
            .collect(Collectors.joining(", "));
    if (tokens.isEmpty()) {
      return "none is set up; use the token's own tool";
    }
    return "there are " + first + (tokens.size() > MOST_TOLD ? " and others" : "");
  }

  /** Those of the tokens that are set up and may be meant. */
  public List<Token> fitting(List<Token> all) {
    return all.stream().filter(Token::initialized).filter(this::fits).toList();
  }

  /**
   * The URI that means this token alone, as far as its label and serial number tell it from others;
   * the rest as it was.
   */
  public CustodyUri of(Token token) {
    CustodyUri named = uri;
    if (!token.label().isEmpty()) {
      named = named.withAttribute("token", token.label());
    }
    return token.serial().isEmpty() ? named : named.withAttribute("serial", token.serial());
  }

  private boolean fits(Token token) {
    return fits("token", token.label())
        && fits("serial", token.serial())
        && fits("manufacturer", token.manufacturer())
        && fits("model", token.model());
  }

  private boolean fits(String attribute, String value) {
    Optional<String> wanted = uri.attribute(attribute);
    return wanted.isEmpty() || wanted.get().equals(value);
  }
}
