package dev.e2ee.provider.cipher;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.e2ee.envelope.EnvelopeParameterSpec;
import dev.e2ee.envelope.RecordContext;
import dev.e2ee.envelope.WrongKeyException;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.testing.EveryEngine;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import dev.e2ee.testing.TestEngine;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Security;
import java.util.ArrayList;
import java.util.List;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SealedObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@link SealedObject}, which finds the provider by the list and the context by parameters. */
class SealedObjectTest {
  private static final ArrayList<String> CONTENT = new ArrayList<>(List.of(Sample.CANARY, "b"));

  @AfterEach
  void unregister() {
    Security.removeProvider(E2eeProvider.NAME);
  }

  @EveryEngine
  void opensByKeyNameAndCipher(TestEngine engine)
      throws GeneralSecurityException, IOException, ClassNotFoundException {
    Security.addProvider(engine.provider());
    for (EnvelopeParameterSpec spec :
        List.of(
            Sample.spec(),
            Sample.forced(),
            Sample.chunked(),
            EnvelopeParameterSpec.withoutContext())) {
      Cipher cipher = engine.cipher(Cipher.ENCRYPT_MODE, Sample.umk(), spec);
      SealedObject sealed = throughBytes(new SealedObject(CONTENT, cipher));
      assertEquals("E2EE-Envelope", sealed.getAlgorithm());
      assertEquals(CONTENT, sealed.getObject(Sample.umk()));
      assertEquals(CONTENT, sealed.getObject(Sample.umk(), E2eeProvider.NAME));
      assertEquals(
          CONTENT, sealed.getObject(engine.cipher(Cipher.DECRYPT_MODE, Sample.umk(), spec)));
      Refused.with(InvalidKeyException.class, () -> sealed.getObject(Sample.otherUmk()));
    }
  }

  private static SealedObject throughBytes(SealedObject sealed)
      throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(sealed);
    }
    Refused.assertNoSecret(bytes.toString(StandardCharsets.ISO_8859_1));
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (SealedObject) in.readObject();
    }
  }

  @EveryEngine
  void withAad(TestEngine engine)
      throws GeneralSecurityException, IOException, ClassNotFoundException {
    Cipher sealing = engine.cipher(Cipher.ENCRYPT_MODE, Sample.umk(), null);
    sealing.updateAAD(new byte[] {1, 2});
    SealedObject sealed = new SealedObject(CONTENT, sealing);
    Cipher opening = engine.cipher(Cipher.DECRYPT_MODE, Sample.umk(), null);
    opening.updateAAD(new byte[] {1, 2});
    assertEquals(CONTENT, sealed.getObject(opening));
  }

  @Test
  void refusesAnotherKeyAndAnotherRecord() throws GeneralSecurityException, IOException {
    E2eeProvider provider = new E2eeProvider();
    Cipher cipher = Cipher.getInstance("E2EE-Envelope", provider);
    cipher.init(Cipher.ENCRYPT_MODE, Sample.umk(), Sample.spec());
    SealedObject sealed = new SealedObject(CONTENT, cipher);
    cipher.init(Cipher.DECRYPT_MODE, Sample.otherUmk(), Sample.spec());
    Refused.with(WrongKeyException.class, () -> sealed.getObject(cipher));
    RecordContext other = RecordContext.of("bob", "note", "42");
    cipher.init(Cipher.DECRYPT_MODE, Sample.umk(), new EnvelopeParameterSpec(other));
    Refused.with(AEADBadTagException.class, () -> sealed.getObject(cipher));
  }
}
