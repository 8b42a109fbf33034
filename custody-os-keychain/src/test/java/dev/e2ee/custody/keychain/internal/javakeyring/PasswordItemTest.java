package dev.e2ee.custody.keychain.internal.javakeyring;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
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
    private final Map<String, String> items = new ConcurrentHashMap<>();
    private boolean sick;
    private boolean forgetful;
    private Runnable firstOfAll = () -> {};
    private Runnable beforeItSaysMissing = () -> {};

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
      firstOfAll.run();
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
        beforeItSaysMissing.run();
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
  void aCallThatHangsCostsADeadlineAndStaysTheOneWriter(Platform platform) {
    Library library = new Library(platform);
    KekHolder item = PasswordItem.of(platform, NAME, () -> library);
    CountDownLatch answers = new CountDownLatch(1);
    library.firstOfAll = () -> hang(answers);
    Duration brief = Duration.ofMillis(300);
    assertFalse(refused(Kind.TIMEOUT, () -> item.read(brief)).mayHaveTakenEffect());
    assertTrue(refused(Kind.TIMEOUT, () -> item.create(text("one"), brief)).mayHaveTakenEffect());
    refused(Kind.TIMEOUT, () -> item.create(text("two"), brief));
    answers.countDown();
    refused(Kind.CONFLICT, () -> item.create(text("three"), LIMIT));
    assertArrayEquals(text("one").copy(), item.read(LIMIT).copy());
  }

  /** As native code does, which no interrupt reaches; not for ever, if nobody ends it. */
  private static void hang(CountDownLatch end) {
    long longest = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    boolean over = false;
    while (!over && System.nanoTime() < longest) {
      try {
        over = end.await(longest - System.nanoTime(), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        over = end.getCount() == 0;
      }
    }
  }

  static Stream<Arguments> whatNativeCodeThrows() {
    return Stream.of(Platform.values())
        .flatMap(
            platform ->
                Stream.of(
                    arguments(platform, new IllegalArgumentException("thrown"), Kind.TRANSIENT),
                    arguments(platform, new UnsatisfiedLinkError("thrown"), Kind.UNSUPPORTED),
                    arguments(platform, new NoClassDefFoundError("thrown"), Kind.UNSUPPORTED)));
  }

  @ParameterizedTest
  @MethodSource("whatNativeCodeThrows")
  void whateverTheLibraryThrowsIsTold(Platform platform, Throwable thrown, Kind kind) {
    Library library = new Library(platform);
    KekHolder item = PasswordItem.of(platform, NAME, () -> library);
    AtomicInteger well = new AtomicInteger();
    library.firstOfAll =
        () -> {
          if (well.getAndDecrement() <= 0) {
            PasswordItemTest.<RuntimeException>raise(thrown);
          }
        };
    CustodyException e = refused(kind, () -> item.read(LIMIT));
    assertSame(thrown, e.getCause());
    assertTrue(String.valueOf(e.getMessage()).contains("(thrown)"), e.getMessage());
    well.set(1); // whether there is one
    assertTrue(refused(kind, () -> item.create(text("one"), LIMIT)).mayHaveTakenEffect());
    well.set(2); // and the writing of it
    assertTrue(refused(kind, () -> item.create(text("one"), LIMIT)).mayHaveTakenEffect());
    well.set(1);
    assertArrayEquals(text("one").copy(), item.read(LIMIT).copy());
  }

  @SuppressWarnings("unchecked")
  private static <E extends Throwable> void raise(Throwable e) throws E {
    throw (E) e;
  }

  @ParameterizedTest
  @EnumSource
  void aLibraryThatDoesNotLoadIsUnsupported(Platform platform) {
    KekHolder item =
        PasswordItem.of(
            platform,
            NAME,
            () -> {
              throw new UnsatisfiedLinkError("no native code");
            });
    refused(Kind.UNSUPPORTED, () -> item.read(LIMIT));
    assertFalse(
        refused(Kind.UNSUPPORTED, () -> item.create(text("one"), LIMIT)).mayHaveTakenEffect());
  }

  @ParameterizedTest
  @EnumSource
  void ofTwoWhoMakeOneItemOneWins(Platform platform) throws Exception {
    Library library = new Library(platform);
    CyclicBarrier both = new CyclicBarrier(2);
    library.beforeItSaysMissing = () -> meet(both);
    List<CompletableFuture<String>> making = new ArrayList<>();
    for (String text : List.of("one", "two")) {
      KekHolder item = PasswordItem.of(platform, NAME, () -> library);
      making.add(
          CompletableFuture.supplyAsync(
              () -> made(item, text), command -> new Thread(command).start()));
    }
    List<String> said = List.of(making.get(0).get(), making.get(1).get());
    assertEquals(1, Collections.frequency(said, "CONFLICT"), said::toString);
    String winner = said.get(said.indexOf("CONFLICT") == 0 ? 1 : 0);
    KekHolder item = PasswordItem.of(platform, NAME, () -> library);
    assertArrayEquals(text(winner).copy(), item.read(LIMIT).copy());
  }

  /** The second one comes only where nothing keeps it away. */
  private static void meet(CyclicBarrier both) {
    try {
      both.await(500, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | BrokenBarrierException e) {
      return; // alone
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String made(KekHolder item, String text) {
    try {
      item.create(text(text), LIMIT);
      return text;
    } catch (CustodyException e) {
      return e.kind().name();
    }
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
