package dev.e2ee.custody.keychain.internal.javakeyring;

import com.github.javakeyring.BackendNotSupportedException;
import com.github.javakeyring.PasswordAccessException;
import dev.e2ee.custody.file.KekHolder;
import dev.e2ee.custody.keychain.internal.item.CheckedItem;
import dev.e2ee.custody.keychain.internal.item.ItemName;
import dev.e2ee.custody.keychain.internal.item.ItemStore;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One item of the macOS Keychain or the Windows Credential Manager, through java-keyring.
 *
 * <p>That library has one exception for everything, replaces what is there without a word, and has
 * passwords as strings, which cannot be wiped. So an item is said to be missing only when the
 * error's text is the one for that, and nothing is written over another one. What its native part
 * throws beside that exception is an error of the keychain too.
 */
public final class PasswordItem implements ItemStore {
  private final Platform platform;
  private final ItemName name;
  private final Passwords keychain;

  private PasswordItem(Platform platform, ItemName name, Passwords keychain) {
    this.platform = platform;
    this.name = name;
    this.keychain = keychain;
  }

  /** The item of this name. */
  public static KekHolder of(Platform platform, ItemName name) {
    return of(platform, name, () -> Passwords.of(platform.type()));
  }

  static KekHolder of(Platform platform, ItemName name, Passwords.Opening opening) {
    return new CheckedItem(
        platform.title(),
        name,
        deadline -> {
          try {
            return new PasswordItem(platform, name, opening.open());
          } catch (BackendNotSupportedException e) {
            throw new CustodyException(
                Kind.UNSUPPORTED,
                platform.title() + " is not here; name this system's own keychain in backend=",
                e);
          }
        });
  }

  private CustodyException error(Exception e, boolean changes) {
    return new CustodyException(
        Kind.TRANSIENT,
        "the item "
            + name
            + " of "
            + platform.title()
            + " could not be had ("
            + e.getMessage()
            + "); unlock the keychain, allow this program there, and try again",
        e,
        changes,
        OptionalLong.empty());
  }

  private String service() {
    return platform.spelt(name.service());
  }

  private String account() {
    return platform.spelt(name.account());
  }

  @Override
  public Optional<SecretBytes> find() {
    String service = service();
    String account = account();
    try {
      return Optional.of(
          SecretBytes.adopt(keychain.get(service, account).getBytes(StandardCharsets.UTF_8)));
    } catch (PasswordAccessException e) {
      if (platform.saysMissing(e, service, account)) {
        return Optional.empty();
      }
      throw error(e, false);
    } catch (RuntimeException e) {
      throw error(e, false);
    } catch (LinkageError e) {
      throw CheckedItem.withoutLibrary(platform.title(), e);
    }
  }

  @Override
  public void make(SecretBytes content) {
    String service = service();
    String account = account();
    byte[] bytes = content.copy();
    try {
      // A string, because the library takes nothing else: it stays in memory until it is collected.
      keychain.set(service, account, new String(bytes, StandardCharsets.US_ASCII));
    } catch (PasswordAccessException | RuntimeException e) {
      throw error(e, true);
    } catch (LinkageError e) {
      throw CheckedItem.withoutLibrary(platform.title(), e);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  @Override
  public void close() {
    keychain.close();
  }
}
