package dev.e2ee.provider.services;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.envelope.Envelope;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.spi.EngineUnavailableException;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.engine.Engines;
import dev.e2ee.testing.MemoryCustodyKey;
import dev.e2ee.testing.Reachable;
import dev.e2ee.testing.RecordingEngine;
import dev.e2ee.testing.ReferenceEnvelope;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.ProviderException;
import java.security.Security;
import java.util.List;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What computes for us is one provider, held as an object. */
class EngineTest {
  private @Nullable String configured;

  /** In a run with another engine too: these are about what happens when none is named. */
  @BeforeEach
  void noEngineIsNamed() {
    configured = System.clearProperty(Engines.PROPERTY);
  }

  @AfterEach
  void theNamedOneComesBack() {
    if (configured != null) {
      System.setProperty(Engines.PROPERTY, configured);
    }
  }

  /** Names itself as the JDK's and offers what the JDK's offers, but must never be asked. */
  private static final class Impostor extends Provider {
    private static final long serialVersionUID = 1L;

    Impostor(String name) {
      super(name, "1", "an impostor");
      put("Cipher.AES/GCM/NoPadding", "there.is.no.such.Class");
      put("Mac.HmacSHA256", "there.is.no.such.Class");
    }
  }

  @Test
  void isTheJdksOwnByDefault() {
    Provider engine = new E2eeProvider().engine();
    assertEquals("SunJCE", engine.getName());
    assertSame(Object.class.getModule(), engine.getClass().getModule());
  }

  @Test
  void anImpostorInFrontIsNotAsked() throws GeneralSecurityException {
    for (String name : List.of("SunJCE2", "sunjce", "SunJCE ", "BCFIPS")) {
      Impostor impostor = new Impostor(name);
      assertEquals(1, Security.insertProviderAt(impostor, 1));
      try {
        E2eeProvider provider = new E2eeProvider();
        assertSame(Object.class.getModule(), provider.engine().getClass().getModule());
        Envelope envelope = Envelope.with(Sample.umk(), provider);
        byte[] record = envelope.seal(Sample.plaintext(5), Sample.context());
        assertEquals(5, envelope.open(record, Sample.context()).length);
      } finally {
        Security.removeProvider(name);
      }
    }
  }

  @Test
  void anImpostorInItsPlaceIsRefused() {
    Provider real = Security.getProvider("SunJCE");
    int place = List.of(Security.getProviders()).indexOf(real) + 1;
    Security.removeProvider("SunJCE");
    try {
      Refused.with(ProviderException.class, E2eeProvider::new);
      Security.insertProviderAt(new Impostor("SunJCE"), 1);
      Refused.with(ProviderException.class, E2eeProvider::new);
      Refused.with(ProviderException.class, () -> Envelope.with(Sample.umk()));
    } finally {
      Security.removeProvider("SunJCE");
      Security.insertProviderAt(real, place);
    }
    assertEquals("SunJCE", new E2eeProvider().engine().getName());
  }

  @Test
  void anEngineNeedNotBeRegistered() throws GeneralSecurityException {
    RecordingEngine engine = new RecordingEngine();
    E2eeProvider provider = new E2eeProvider(engine);
    assertSame(engine, provider.engine());
    Envelope.with(Sample.umk(), provider).seal(new byte[7], Sample.context());
    assertEquals(List.of("mac", "encrypt 32", "mac", "encrypt 7"), engine.diary());
    assertTrue(provider.getInfo().contains("Recording"));
  }

  @Test
  void nothingOfTheBodyIsDecryptedBeforeTheCommitmentAgrees() throws GeneralSecurityException {
    // [envelope-26]
    RecordingEngine engine = new RecordingEngine();
    Envelope envelope = Envelope.with(Sample.umk(), new E2eeProvider(engine));
    ReferenceEnvelope good = ReferenceEnvelope.of(Sample.context());
    engine.diary().clear();
    envelope.open(good.seal(), Sample.context());
    assertEquals(List.of("decrypt 48", "mac", "decrypt 36"), engine.diary());
    for (int index = 91; index < 123; index++) {
      byte[] bad = good.seal();
      bad[index] ^= 1;
      engine.diary().clear();
      Refused.with(AEADBadTagException.class, () -> envelope.open(bad, Sample.context()));
      assertEquals(List.of("decrypt 48", "mac"), engine.diary());
    }
  }

  @Test
  void noChunkIsDecryptedBeforeBothCommitmentsAgree() throws GeneralSecurityException {
    // [envelope-26] [envelope-42]
    RecordingEngine engine = new RecordingEngine();
    Envelope envelope = Envelope.with(Sample.umk(), new E2eeProvider(engine));
    ReferenceEnvelope good = ReferenceEnvelope.of(Sample.context()).chunked();
    engine.diary().clear();
    envelope.open(good.seal(), Sample.context());
    List<String> all = List.of("decrypt 48", "mac", "mac512", "mac512", "decrypt 36");
    assertEquals(all, engine.diary());
    for (int index = 91; index < 179; index++) {
      byte[] bad = good.seal();
      bad[index] ^= 1;
      engine.diary().clear();
      Refused.with(AEADBadTagException.class, () -> envelope.open(bad, Sample.context()));
      assertEquals(all.subList(0, index < 123 ? 2 : 4), engine.diary());
    }
  }

  @Test
  void whatALongMessageAsksOfTheEngine() throws GeneralSecurityException {
    // [envelope-43]
    RecordingEngine engine = new RecordingEngine();
    Envelope envelope = Envelope.with(Sample.umk(), new E2eeProvider(engine));
    engine.diary().clear();
    envelope.seal(new byte[65_537], Sample.context());
    String full = "encrypt 16384";
    assertEquals(
        List.of("encrypt 32", "mac", "mac512", "mac512", full, full, full, full, "encrypt 1"),
        engine.diary());
  }

  @Test
  void anEnginesBugInAChunkWipesAllAndReleasesNothing() throws GeneralSecurityException {
    // [envelope-32]
    RecordingEngine engine = new RecordingEngine();
    MemoryCustodyKey key = MemoryCustodyKey.umk();
    E2eeProvider provider = new E2eeProvider(engine);
    byte[] plaintext = Sample.plaintext(100_000);
    Cipher sealing = Cipher.getInstance("E2EE-Envelope", provider);
    sealing.init(Cipher.ENCRYPT_MODE, key, Sample.spec());
    byte[] envelope = sealing.doFinal(plaintext);
    int before = engine.diary().size();
    engine.beforeGcm(
        () -> {
          if (engine.diary().size() > before + 6) {
            throw new ProviderException("this engine is broken");
          }
        });
    Cipher opening = Cipher.getInstance("E2EE-Envelope", provider);
    opening.init(Cipher.DECRYPT_MODE, key, Sample.spec());
    byte[] out = Sample.filled(100_000);
    Refused.with(ProviderException.class, () -> opening.update(envelope, 0, 99_000, out, 0));
    assertEquals(0, Reachable.withCanary(List.of(out)), "verified or not, it is a failed call's");
    Refused.with(IllegalStateException.class, opening::doFinal);
    Refused.with(ProviderException.class, () -> sealing.doFinal(plaintext));
    Refused.with(IllegalStateException.class, () -> sealing.doFinal(plaintext));
    assertEquals(3, key.deks().size());
    for (SecretBytes dek : key.deks()) {
      Refused.with(IllegalStateException.class, dek::copy);
    }
  }

  @Test
  void anEnginesBugIsAProviderExceptionAndWipesTheDek() throws GeneralSecurityException {
    // [envelope-32]
    RecordingEngine engine = new RecordingEngine();
    MemoryCustodyKey key = MemoryCustodyKey.umk();
    Envelope envelope = Envelope.with(key, new E2eeProvider(engine));
    byte[] record = envelope.seal(new byte[7], Sample.context());
    engine.breakMac();
    Refused.with(ProviderException.class, () -> envelope.open(record, Sample.context()));
    Refused.with(ProviderException.class, () -> envelope.seal(new byte[7], Sample.context()));
    assertEquals(3, key.deks().size());
    for (SecretBytes dek : key.deks()) {
      Refused.with(IllegalStateException.class, dek::copy);
    }
  }

  @Test
  void itIsNotItsOwnEngine() {
    E2eeProvider ours = new E2eeProvider();
    Refused.with(IllegalArgumentException.class, () -> new E2eeProvider(ours));
  }

  @Test
  void anEngineThatCannotDoItIsTold() {
    Provider hollow = new Impostor("hollow");
    Refused.with(EngineUnavailableException.class, () -> new E2eeProvider(hollow));
    assertFalse(hollow.getServices().isEmpty());
  }

  @Test
  void aCipherKeepsTheEngineOfItsProvider() throws GeneralSecurityException {
    RecordingEngine engine = new RecordingEngine();
    Cipher cipher = Cipher.getInstance("E2EE-Envelope", new E2eeProvider(engine));
    cipher.init(Cipher.ENCRYPT_MODE, Sample.umk());
    cipher.doFinal(new byte[3]);
    assertEquals("encrypt 3", engine.diary().get(engine.diary().size() - 1));
  }
}
