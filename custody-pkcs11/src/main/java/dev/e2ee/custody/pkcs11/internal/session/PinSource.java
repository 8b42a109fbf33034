package dev.e2ee.custody.pkcs11.internal.session;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.custody.HandedInSecret;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.CallbackHandler;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.callback.UnsupportedCallbackException;
import org.jspecify.annotations.Nullable;

/** Where the PIN comes from: what the URI names, or else the caller's handler. */
public final class PinSource {
  /** The longest PIN in bytes of UTF-8; no token is known that takes more. */
  private static final int MOST = 512;

  private static final char REPLACEMENT = '\ufffd';

  /** Who gives a PIN. */
  public enum Origin {
    /** The caller's handler, behind which a person is: one who sees that the PIN is wrong. */
    ASKED,
    /** A file or the environment: the same one however often a program begins anew. */
    STORED
  }

  private final String where;
  private final String source;
  private final Optional<CallbackHandler> handler;

  /** The source for one custody. */
  public PinSource(CustodyUri uri, CustodyOptions options) {
    this.where = uri.location();
    this.source = uri.query("pin-source").orElse("callback:");
    this.handler = options.callbackHandler();
  }

  /** Where {@link #pin} gets it. */
  public Origin origin() {
    return source.startsWith("file:") || source.startsWith("env:") ? Origin.STORED : Origin.ASKED;
  }

  /**
   * The PIN, which the caller closes; may ask a person, who takes their time.
   *
   * @throws CustodyException LOCKED when nobody gives one, CANCELLED when a person does not want
   *     to, DENIED when others can read its file
   */
  public SecretBytes pin() {
    if (source.startsWith("file:")) {
      return ofFile(Path.of(source.substring("file:".length())));
    }
    if (source.startsWith("env:")) {
      String text = System.getenv(source.substring("env:".length()));
      if (text == null) {
        throw locked(
            "the environment variable that pin-source names is not set for this process; export it");
      }
      if (text.isEmpty()) {
        throw locked("the environment variable that pin-source names is empty");
      }
      if (text.indexOf(REPLACEMENT) >= 0) { // what Java makes of bytes that are no text here
        throw noText(null);
      }
      return wiped(text.toCharArray());
    }
    return fromHandler();
  }

  private SecretBytes ofFile(Path file) {
    byte[] content;
    try {
      content = HandedInSecret.read(file, MOST + 2);
    } catch (NoSuchFileException e) {
      throw new CustodyException(
          Kind.LOCKED,
          where
              + " is locked: there is no file "
              + file
              + (file.startsWith("~")
                  ? "; write the whole path, ~ is not expanded"
                  : "; mount or restore it, pin-source names it"),
          e);
    } catch (IOException e) {
      throw new CustodyException(
          Kind.LOCKED, where + " is locked: its PIN could not be read from " + file, e);
    }
    int end = content.length;
    if (end > 0 && content[end - 1] == '\n') {
      end--;
      if (end > 0 && content[end - 1] == '\r') {
        end--;
      }
    }
    if (end == 0) {
      throw locked("the file " + file + " is empty; write the PIN into it");
    }
    try {
      CharBuffer text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content, 0, end));
      Arrays.fill(text.array(), '\0');
      return checked(Arrays.copyOf(content, end));
    } catch (CharacterCodingException e) { // another PIN would be made of it, and a try spent
      throw noText(e);
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  private SecretBytes fromHandler() {
    PasswordCallback callback = new PasswordCallback("PIN of " + where + ": ", false);
    try {
      handler
          .orElseThrow(() -> locked("no pin-source and no callback handler was given"))
          .handle(new Callback[] {callback});
    } catch (IOException e) {
      throw new CustodyException(Kind.LOCKED, "the PIN could not be asked for", e);
    } catch (UnsupportedCallbackException e) {
      throw new CustodyException(
          Kind.LOCKED, "the callback handler does not answer a PasswordCallback; give another", e);
    }
    char[] text = callback.getPassword();
    callback.clearPassword();
    if (text == null) {
      throw new CustodyException(Kind.CANCELLED, "no PIN was given; " + where + " stays locked");
    }
    return wiped(text);
  }

  private static SecretBytes wiped(char[] text) {
    try {
      ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes).rewind();
      encoded.put(new byte[bytes.length]);
      return checked(bytes);
    } catch (CharacterCodingException e) {
      throw noText(e);
    } finally {
      Arrays.fill(text, '\0');
    }
  }

  private static CustodyException noText(@Nullable CharacterCodingException e) {
    return new CustodyException(
        Kind.POLICY, "the PIN is no text in UTF-8, and was not tried; write it anew", e);
  }

  /** Takes the bytes over. */
  private static SecretBytes checked(byte[] pin) {
    if (pin.length == 0 || pin.length > MOST) {
      Arrays.fill(pin, (byte) 0);
      throw new CustodyException(Kind.POLICY, "a PIN has 1 to 512 bytes of UTF-8; give another");
    }
    return SecretBytes.adopt(pin);
  }

  private CustodyException locked(String why) {
    return new CustodyException(Kind.LOCKED, where + " is locked: " + why);
  }
}
