package dev.e2ee.custody.pkcs11;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.custody.pkcs11.internal.cryptoki.Ckr;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Cryptoki;
import dev.e2ee.custody.pkcs11.internal.session.Connection;
import dev.e2ee.custody.pkcs11.internal.session.TokenAddress;
import dev.e2ee.custody.pkcs11.internal.wrapper.WrapperModule;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.DekWrap;
import dev.e2ee.spi.key.KeyKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import javax.security.auth.callback.PasswordCallback;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What happens to sessions, logins and PINs when something goes away, on a real SoftHSM. */
class LossesTest {
  private static final byte[] AAD = {1};

  private RealToken.Made token;
  private FaultyModule module;

  @BeforeEach
  void make() throws Exception {
    token = RealToken.SOFTHSM.make();
  }

  private Pkcs11Custody open(CustodyOptions options) {
    return Pkcs11Custody.open(
        token.uri(),
        options,
        path -> {
          module = new FaultyModule(WrapperModule.load(path, Optional.empty()));
          return module;
        });
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
      int lanes = custody.lanes();
      int closed = module.calls("C_CloseSession");
      // The module loses all sessions; the next anchor gets the number of an idle lane's.
      module.reuseANumber();
      module.fail("C_Encrypt", Ckr.SESSION_HANDLE_INVALID, 1);
      wrap(umk);
      onTwoLanes(custody, umk);
      // All the old ones are closed but the one whose number the new anchor has.
      assertEquals(closed + lanes, module.calls("C_CloseSession"));
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

  @Test
  void aPinThatWaitedTooLongIsWiped() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    Connection connection =
        Connection.open(
            new TokenAddress(token.uri()),
            token.module().toString(),
            "",
            () -> WrapperModule.load(token.module(), Optional.empty()),
            Duration.ofSeconds(3));
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
      refused(Kind.TIMEOUT, () -> connection.unlock(pin));
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
