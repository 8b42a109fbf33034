package dev.e2ee.custody.pkcs11;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.custody.pkcs11.internal.cryptoki.Ckr;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Cryptoki;
import dev.e2ee.custody.pkcs11.internal.session.Connection;
import dev.e2ee.custody.pkcs11.internal.session.ModuleUse;
import dev.e2ee.custody.pkcs11.internal.session.PinSource;
import dev.e2ee.custody.pkcs11.internal.session.TokenAddress;
import dev.e2ee.custody.pkcs11.internal.wrapper.WrapperModule;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.key.DekWrap;
import dev.e2ee.spi.key.KeyKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import javax.security.auth.callback.PasswordCallback;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What happens to sessions, logins and PINs when something goes away, on a real SoftHSM. */
@Tag("once")
class LossesTest {
  private static final byte[] AAD = {1};

  private RealToken.Made token;
  private FaultyModule module;

  @BeforeEach
  void make() throws Exception {
    token = RealToken.SOFTHSM.make();
  }

  private Pkcs11Custody open(CustodyOptions options) {
    return open(token.uri(), options);
  }

  private Pkcs11Custody open(CustodyUri uri, CustodyOptions options) {
    return Opened.faulty(uri, options, made -> module = made);
  }

  private static void wrap(DekWrap umk) {
    try (SecretBytes dek = SecretBytes.adopt(new byte[32])) {
      umk.wrap(dek, AAD);
    }
  }

  private static void refused(Kind kind, Runnable action) {
    assertEquals(kind, assertThrows(CustodyException.class, action::run).kind());
  }

  /** Works with two lanes at once. */
  private static void onTwoLanes(Pkcs11Custody custody, DekWrap umk) throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      threads.add(
          new Thread(
              () -> {
                for (int n = 0; n < 200 || custody.lanes() < 2; n++) {
                  wrap(umk);
                }
              }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
  }

  @Test
  void aLostSessionWhoseNumberIsAnothersNowIsNotClosed() throws Exception {
    try (Pkcs11Custody custody = open(Opened.giving(RealToken.PIN))) {
      custody.unlock();
      DekWrap umk = custody.generate("records", KeyKind.UMK).operation(DekWrap.class).orElseThrow();
      onTwoLanes(custody, umk);
      int before = module.openSessions(); // a lane may have had nothing to open one for
      int closed = module.calls("C_CloseSession");
      int opened = module.calls("C_OpenSession");
      // The module loses all sessions; the next anchor gets the number of an idle lane's.
      module.reuseANumber();
      module.fail("C_Encrypt", Ckr.SESSION_HANDLE_INVALID, 1);
      wrap(umk);
      onTwoLanes(custody, umk);
      custody.lock(); // so that the lanes that had nothing to do close theirs as well
      int fresh = module.calls("C_OpenSession") - opened;
      // All the old ones are closed but the one whose number the new anchor has, and all the new.
      assertEquals(closed + before - 1 + fresh, module.calls("C_CloseSession"));
    }
  }

  @Test
  void anInterruptedThreadLocksTheTokenAllTheSame() {
    String[] pin = {RealToken.PIN};
    CustodyOptions asking =
        CustodyOptions.defaults()
            .withCallbackHandler(
                callbacks -> ((PasswordCallback) callbacks[0]).setPassword(pin[0].toCharArray()));
    try (Pkcs11Custody custody = open(asking)) {
      custody.unlock();
      custody.list();
      Thread.currentThread().interrupt();
      custody.lock();
      assertTrue(Thread.interrupted());
      pin[0] = "wrong";
      refused(Kind.AUTH_FAILED, custody::unlock);
    }
  }

  /** Whatever comes of the two: the process is logged in with the right PIN, or not at all. */
  @Test
  void lockingAndUnlockingAtOnceLetsNoWrongPinIn() throws Exception {
    String[] pin = {""};
    CustodyOptions asking =
        CustodyOptions.defaults()
            .withCallbackHandler(
                callbacks -> ((PasswordCallback) callbacks[0]).setPassword(pin[0].toCharArray()));
    try (Pkcs11Custody first = open(Opened.giving(RealToken.PIN));
        Pkcs11Custody second = open(Opened.giving(RealToken.PIN));
        Pkcs11Custody stranger = open(asking)) {
      for (int round = 0; round < 80; round++) {
        first.unlock();
        module.before("C_CloseSession", () -> LockSupport.parkNanos(5_000_000));
        CompletableFuture<Void> locked = CompletableFuture.runAsync(first::lock);
        (round % 2 == 0 ? first : second).unlock();
        locked.join();
        pin[0] = "wrong-" + round;
        refused(Kind.AUTH_FAILED, stranger::unlock);
        second.lock();
      }
    }
  }

  @Test
  void asLongAsOneCustodyIsLoggedInAnotherOneNeedsTheSamePin() {
    try (Pkcs11Custody first = open(Opened.giving(RealToken.PIN));
        Pkcs11Custody second = open(Opened.giving("wrong"));
        Pkcs11Custody third = open(Opened.giving(RealToken.PIN))) {
      first.unlock();
      refused(Kind.AUTH_FAILED, second::unlock);
      refused(Kind.LOCKED, second::list);
      third.unlock();
      assertEquals(List.of(), third.list());
      assertEquals(1, module.calls("C_Login"));
    }
  }

  @Test
  void aWrongPinIsTriedOnceHoweverOftenTheTokenIsOpened() {
    FaultyModule[] seen = new FaultyModule[1];
    int logins = 0;
    for (int i = 0; i < 3; i++) {
      try (Pkcs11Custody custody = open(Opened.giving("wrong"))) {
        refused(Kind.AUTH_FAILED, custody::unlock);
        logins += seen[0] == module ? 0 : module.calls("C_Login");
        seen[0] = module;
      }
    }
    assertEquals(1, logins);
    try (Pkcs11Custody custody = open(Opened.giving(RealToken.PIN))) {
      custody.unlock();
    }
  }

  @Test
  void aPinFileThatIsNoTextIsNotTried() throws Exception {
    Path file = Files.createTempFile("pin", "");
    Files.write(file, new byte[] {'7', (byte) 0xe4, 's'});
    CustodyUri uri =
        CustodyUri.parse(token.uri().canonical() + "&pin-source=file:" + file.toRealPath());
    try (Pkcs11Custody custody = open(uri, CustodyOptions.defaults())) {
      refused(Kind.POLICY, custody::unlock);
      assertEquals(0, module.calls("C_Login"));
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void aStoredPinIsNotTriedAfterAWrongOneUntilSomebodyLoggedIn() throws Exception {
    Path file = Files.writeString(Files.createTempFile("pin", ""), RealToken.PIN);
    CustodyUri uri =
        CustodyUri.parse(token.uri().canonical() + "&pin-source=file:" + file.toRealPath());
    try {
      try (Pkcs11Custody custody = open(Opened.giving("wrong"))) {
        refused(Kind.AUTH_FAILED, custody::unlock);
      }
      try (Pkcs11Custody custody = open(uri, CustodyOptions.defaults())) {
        refused(Kind.AUTH_LOCKED_OUT, custody::unlock);
        assertEquals(0, module.calls("C_Login"));
      }
      try (Pkcs11Custody custody = open(Opened.giving(RealToken.PIN))) {
        custody.unlock();
      }
      try (Pkcs11Custody custody = open(uri, CustodyOptions.defaults())) {
        custody.unlock();
        custody.generate("records", KeyKind.UMK);
        // Somebody else mistypes theirs, and then the token is lost.
        module.disguise(
            real ->
                FaultyModule.retold(
                    real, real.flags() | 0x10000, real.hardware(), real.maxSessions()));
        module.fail("C_FindObjects", Ckr.DEVICE_REMOVED, 1);
        assertEquals(1, custody.find("records").description().generation());
        assertEquals(2, module.calls("C_Login"));
      }
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void anAbsentTokenCostsAnotherOneOfItsModuleNothing() throws Exception {
    RealToken.Made other = RealToken.SOFTHSM.make();
    try (Pkcs11Custody present = open(Opened.giving(RealToken.PIN));
        Pkcs11Custody absent =
            new Pkcs11Provider().open(other.uri(), Opened.giving(RealToken.PIN))) {
      present.unlock();
      absent.unlock();
      module.disguise(
          real ->
              real.label().equals(other.label()) ? FaultyModule.relabelled(real, "another") : real);
      module.fail("C_FindObjects", Ckr.DEVICE_REMOVED, 1);
      refused(Kind.REMOVED, absent::list);
      for (int i = 0; i < 3; i++) {
        Thread.sleep(1100); // when the module may be initialised anew
        refused(Kind.REMOVED, absent::list);
        assertEquals(List.of(), present.list());
      }
      assertEquals(0, module.calls("C_Finalize"));
      assertEquals(2, module.calls("C_Login"));
    }
  }

  @Test
  void aPinThatWaitedTooLongIsWiped() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    Connection connection =
        Connection.open(
            new TokenAddress(token.uri()),
            new ModuleUse(token.module(), "", "ipkcs11wrapper"),
            () -> WrapperModule.load(token.module(), Optional.empty()),
            Duration.ofSeconds(3),
            Engine.jdk());
    List<Thread> busy = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      busy.add(
          new Thread(() -> assertThrows(CustodyException.class, () -> hold(connection, over))));
    }
    try {
      busy.forEach(Thread::start);
      for (Thread thread : busy) {
        thread.join();
      }
      SecretBytes pin = SecretBytes.adopt(new byte[] {'1'});
      refused(Kind.TIMEOUT, () -> connection.unlock(pin, PinSource.Origin.ASKED));
      assertThrows(IllegalStateException.class, pin::copy);
    } finally {
      over.countDown();
      connection.close();
    }
  }

  /** Keeps a lane inside the module. */
  private static void hold(Connection connection, CountDownLatch over) {
    connection.ask(
        functions -> {
          try {
            over.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return true;
        });
  }

  @Test
  void aModuleThatAnotherComponentHasFinalisedIsInitialisedAnew() throws Exception {
    Cryptoki others = WrapperModule.load(token.module(), Optional.empty());
    others.initialize();
    try (Pkcs11Custody custody = open(Opened.giving(RealToken.PIN))) {
      custody.unlock();
      DekWrap umk = custody.generate("records", KeyKind.UMK).operation(DekWrap.class).orElseThrow();
      wrap(umk);
      others.end();
      wrap(umk);
      assertEquals(2, module.calls("C_Initialize"));
      assertEquals(0, module.calls("C_Finalize"));
    }
    assertEquals(1, module.calls("C_Finalize"));
  }
}
