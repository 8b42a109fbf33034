package dev.e2ee.custody.keychain.internal.javakeyring;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.javakeyring.BackendNotSupportedException;
import com.github.javakeyring.PasswordAccessException;
import dev.e2ee.custody.file.KekHolder;
import dev.e2ee.custody.keychain.Backend;
import dev.e2ee.custody.keychain.internal.item.ItemName;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is done with java-keyring's answers. Its own part, on macOS and Windows, was not run here:
 * the answers are those of its code, 1.0.4.
 */
@Tag("once")
class PasswordItemTest {
  private static final ItemName NAME = new ItemName("notes", "Än|n");
  private static final Duration LIMIT = Duration.ofSeconds(10);

  /** The library, as its code is: it replaces, and has one exception for everything. */
  private static final class Library implements Passwords {
    private final Platform platform;
    private final Map<String, String> items = new HashMap<>();
    private boolean sick;
    private boolean forgetful;

    Library(Platform platform) {
      this.platform = platform;
    }

    private static String key(String service, String account) {
      return service + "|" + account;
    }

    private PasswordAccessException missing(String service, String account) {
      return new PasswordAccessException(
          platform == Platform.WINDOWS
              ? "Error code 1168"
              : "No stored credentials match " + service + " account: " + account);
    }

    private void check() throws PasswordAccessException {
      if (sick) {
        throw new PasswordAccessException(
            platform == Platform.WINDOWS
                ? "Error code 1312"
                : "Failed to get credential. User interaction is not allowed.");
      }
    }

    @Override
    public String get(String service, String account) throws PasswordAccessException {
      check();
      String found = items.get(key(service, account));
      if (found == null) {
        throw missing(service, account);
      }
      return found;
    }

    @Override
    public void set(String service, String account, String password)
        throws PasswordAccessException {
      check();
      if (!forgetful) {
        items.put(key(service, account), password);
      }
    }

    @Override
    public void close() {}
  }

  private static SecretBytes text(String text) {
    return SecretBytes.adopt(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static CustodyException refused(Kind kind, Runnable action) {
    CustodyException e = assertThrows(CustodyException.class, action::run);
    assertEquals(kind, e.kind(), e.getMessage());
    return e;
  }

  @ParameterizedTest
  @EnumSource
  void anItemIsMadeOnceAndRead(Platform platform) {
    Library library = new Library(platform);
    KekHolder item = PasswordItem.of(platform, NAME, () -> library);
    refused(Kind.MISSING, () -> item.read(LIMIT));
    item.create(text("one"), LIMIT);
    assertArrayEquals(text("one").copy(), item.read(LIMIT).copy());
    refused(Kind.CONFLICT, () -> item.create(text("two"), LIMIT));
    assertEquals(1, library.items.size());
    assertArrayEquals(text("one").copy(), item.read(LIMIT).copy());
  }

  @ParameterizedTest
  @EnumSource
  void whatCannotBeReadIsNotMissingAndNothingIsMade(Platform platform) {
    Library library = new Library(platform);
    KekHolder item = PasswordItem.of(platform, NAME, () -> library);
    item.create(text("one"), LIMIT);
    library.sick = true;
    refused(Kind.TRANSIENT, () -> item.read(LIMIT));
    refused(Kind.TRANSIENT, () -> item.create(text("two"), LIMIT));
    library.sick = false;
    assertArrayEquals(text("one").copy(), item.read(LIMIT).copy());
  }

  @ParameterizedTest
  @EnumSource
  void aWriteThatTheKeychainForgetsIsNoSuccess(Platform platform) {
    Library library = new Library(platform);
    library.forgetful = true;
    KekHolder item = PasswordItem.of(platform, NAME, () -> library);
    assertTrue(refused(Kind.TRANSIENT, () -> item.create(text("one"), LIMIT)).mayHaveTakenEffect());
  }

  @ParameterizedTest
  @EnumSource
  void windowsGetsNamesOfAsciiWithoutCapitals(Platform platform) {
    Library library = new Library(platform);
    PasswordItem.of(platform, NAME, () -> library).create(text("one"), LIMIT);
    assertEquals(
        platform == Platform.WINDOWS ? "notes|%C3%84n%7Cn" : "notes|Än|n",
        library.items.keySet().iterator().next());
  }

  @Test
  void capitalsStayApartOnWindows() {
    assertEquals("%41nn%C3%84", Platform.WINDOWS.spelt("AnnÄ"));
    assertEquals("ann", Platform.WINDOWS.spelt("ann"));
    refused(Kind.POLICY, () -> Platform.WINDOWS.spelt("安".repeat(58)));
  }

  static Stream<Platform> others() {
    return Stream.of(Platform.values())
        .filter(one -> !one.name().equals(Backend.ofThisSystem().name()));
  }

  @ParameterizedTest
  @MethodSource("others")
  void onAnotherSystemItIsUnsupported(Platform platform) {
    KekHolder real = PasswordItem.of(platform, NAME);
    CustodyException e = refused(Kind.UNSUPPORTED, () -> real.read(LIMIT));
    assertTrue(e.getCause() instanceof BackendNotSupportedException, e::toString);
  }
}
