package dev.e2ee.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.spi.CustodyException.Kind;
import java.security.Provider;
import java.security.ProviderException;
import java.security.Security;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import javax.security.auth.callback.CallbackHandler;
import org.junit.jupiter.api.Test;

class CustodyOptionsTest {
  @Test
  void promptsNobodyByDefault() {
    CustodyOptions defaults = CustodyOptions.defaults();
    assertEquals(Optional.empty(), defaults.callbackHandler());
    assertFalse(defaults.interactionAllowed());
    assertEquals(Duration.ofSeconds(10), defaults.deadline());
    assertSame(AuditSink.NONE, defaults.auditSink());
    assertEquals(Optional.empty(), defaults.engine());
  }

  @Test
  void eachChangeKeepsTheRest() {
    CallbackHandler handler = callbacks -> {};
    AuditSink sink = event -> {};
    Provider engine = Security.getProvider("SUN");
    CustodyOptions options =
        CustodyOptions.defaults()
            .withCallbackHandler(handler)
            .withInteraction(true)
            .withDeadline(Duration.ofMillis(5))
            .withAuditSink(sink)
            .withEngine(engine);
    assertSame(handler, options.callbackHandler().orElseThrow());
    assertTrue(options.interactionAllowed());
    assertEquals(Duration.ofMillis(5), options.deadline());
    assertSame(sink, options.auditSink());
    assertSame(engine, options.engine().orElseThrow());
    assertFalse(CustodyOptions.defaults().interactionAllowed(), "the defaults stay");
  }

  @Test
  void aDeadlineIsPositive() {
    CustodyOptions options = CustodyOptions.defaults();
    assertThrows(IllegalArgumentException.class, () -> options.withDeadline(Duration.ZERO));
    assertThrows(IllegalArgumentException.class, () -> options.withDeadline(Duration.ofNanos(-1)));
  }

  @Test
  void anErrorTellsItsKindAndEffect() {
    CustodyException plain = new CustodyException(Kind.LOCKED, "locked");
    assertEquals(Kind.LOCKED, plain.kind());
    assertFalse(plain.mayHaveTakenEffect());
    assertEquals(OptionalLong.empty(), plain.nativeCode());
    assertTrue(ProviderException.class.isInstance(plain), "the type that JCA callers know");
    CustodyException full =
        new CustodyException(Kind.REMOVED, "gone", plain, true, OptionalLong.of(0x30));
    assertTrue(full.mayHaveTakenEffect());
    assertEquals(OptionalLong.of(0x30), full.nativeCode());
    assertSame(plain, full.getCause());
    assertEquals(18, Kind.values().length, "callers switch over a closed set");
  }
}
