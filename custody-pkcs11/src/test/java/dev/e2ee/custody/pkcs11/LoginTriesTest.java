package dev.e2ee.custody.pkcs11;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.custody.pkcs11.internal.cryptoki.Ckr;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.key.KeyKind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How often a PIN is given to a token, on a real SoftHSM. */
@Tag("once")
class LoginTriesTest {
  /** Through which the module is called; {@link LoginTriesSunTest} names the other one. */
  Binding binding() {
    return Binding.DEFAULT;
  }

  private static final long FINAL_TRY = 0x20000;
  private static final long PIN_LOCKED = 0x40000;

  private RealToken.Made token;
  private FaultyModule module;
  private Pkcs11Custody custody;

  @BeforeEach
  void open() throws Exception {
    token = RealToken.SOFTHSM.make(binding());
    custody = open(Opened.giving(RealToken.PIN));
  }

  private Pkcs11Custody open(CustodyOptions options) {
    return Opened.faulty(token.uri(), options, made -> module = made);
  }

  @AfterEach
  void close() {
    custody.close();
  }

  private static CustodyException refused(Kind kind, Runnable action) {
    CustodyException e = assertThrows(CustodyException.class, action::run);
    assertEquals(kind, e.kind(), e.getMessage());
    return e;
  }

  @Test
  void aThousandOperationsWithAWrongPinCostOneTry() {
    custody.close();
    custody = open(Opened.giving("wrong"));
    for (int i = 0; i < 1000; i++) {
      refused(Kind.AUTH_FAILED, custody::unlock);
      refused(Kind.LOCKED, () -> custody.find("records"));
    }
    assertEquals(1, module.calls("C_Login"));
    custody.close();
    custody = open(Opened.giving(RealToken.PIN));
    custody.unlock();
  }

  @Test
  void theLastTryIsNotSpent() {
    for (long flag : new long[] {FINAL_TRY, PIN_LOCKED}) {
      module.disguise(
          real ->
              FaultyModule.retold(real, real.flags() | flag, real.hardware(), real.maxSessions()));
      refused(Kind.AUTH_LOCKED_OUT, custody::unlock);
    }
    assertEquals(0, module.calls("C_Login"));
  }

  /** As by another process, which had the turn to log in before this one. */
  @Test
  void norByOneThatWaitedWhileOthersSpentTheirs() {
    module.before(
        "C_GetSessionInfo",
        () ->
            module.disguise(
                real ->
                    FaultyModule.retold(
                        real, real.flags() | FINAL_TRY, real.hardware(), real.maxSessions())));
    refused(Kind.AUTH_LOCKED_OUT, custody::unlock);
    assertEquals(0, module.calls("C_Login"));
  }

  @ParameterizedTest
  @EnumSource(
      value = Ckr.class,
      names = {"DEVICE_ERROR", "DEVICE_REMOVED", "TOKEN_NOT_PRESENT", "SESSION_CLOSED"})
  void manyOperationsWithoutAnAnswerCostTwoTries(Ckr code) {
    everyLoginFails(code, 100);
    assertEquals(2, module.calls("C_Login"));
    CustodyException last = refused(Kind.AUTH_LOCKED_OUT, custody::unlock);
    assertTrue(String.valueOf(last.getMessage()).contains("start the program anew"));
  }

  @ParameterizedTest
  @EnumSource(
      value = Ckr.class,
      names = {"GENERAL_ERROR", "FUNCTION_FAILED", "ARGUMENTS_BAD", "HOST_MEMORY"})
  void aLoginThatFailsInAnyWayIsNotTriedAgain(Ckr code) {
    everyLoginFails(code, 3);
    assertEquals(1, module.calls("C_Login"));
  }

  private void everyLoginFails(Ckr code, int times) {
    module.fail("C_Login", code, Integer.MAX_VALUE);
    for (int i = 0; i < times; i++) {
      assertThrows(CustodyException.class, custody::unlock);
      assertThrows(CustodyException.class, () -> custody.find("records"));
    }
  }

  @Test
  void aLossWhoseLoginGetsNoAnswerCostsTwoTries() {
    custody.unlock();
    custody.generate("records", KeyKind.UMK);
    int before = module.calls("C_Login");
    module.fail("C_Login", Ckr.DEVICE_ERROR, Integer.MAX_VALUE);
    module.fail("C_FindObjects", Ckr.DEVICE_REMOVED, 1);
    for (int i = 0; i < 100; i++) {
      assertThrows(CustodyException.class, () -> custody.find("records"));
    }
    assertEquals(before + 2, module.calls("C_Login"));
  }

  @Test
  void aLoginThatGetsNoAnswerOnceIsTriedOnceMore() {
    for (int i = 0; i < 3; i++) {
      int before = module.calls("C_Login");
      module.fail("C_Login", Ckr.DEVICE_ERROR, 1);
      try {
        custody.unlock();
      } catch (CustodyException e) { // when the module was initialised anew a moment ago
        assertEquals(Kind.TRANSIENT, e.kind());
        custody.unlock();
      }
      assertEquals(before + 2, module.calls("C_Login"), "what is accepted is counted no more");
      custody.lock();
    }
  }

  @Test
  void whatTheTokenHasNotSeenIsNotCounted() {
    module.fail("C_Login", Ckr.SESSION_HANDLE_INVALID, 20);
    for (int i = 0; i < 5; i++) {
      refused(Kind.TRANSIENT, custody::unlock);
    }
    module.heal();
    custody.unlock();
  }

  @Test
  void aWrongPinIsKnownThoughAnotherWasWrongSince() {
    int tries = 0;
    for (String pin : List.of("wrong", "other", "wrong", "other")) {
      custody.close();
      custody = open(Opened.giving(pin));
      refused(Kind.AUTH_FAILED, custody::unlock);
      tries += module.calls("C_Login");
    }
    assertEquals(2, tries);
  }

  @Test
  void manyCustodiesWithTheSameWrongPinCostOneTry() throws Exception {
    custody.close();
    List<Pkcs11Custody> all = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      for (int i = 0; i < 8; i++) {
        all.add(open(Opened.giving("wrong")));
      }
      List<Callable<CustodyException>> unlocks = new ArrayList<>();
      for (Pkcs11Custody each : all) {
        unlocks.add(() -> refused(Kind.AUTH_FAILED, each::unlock));
      }
      for (Future<CustodyException> each : threads.invokeAll(unlocks)) {
        each.get();
      }
      assertEquals(1, module.calls("C_Login"));
    } finally {
      threads.shutdown();
      all.forEach(Pkcs11Custody::close);
    }
  }
}
