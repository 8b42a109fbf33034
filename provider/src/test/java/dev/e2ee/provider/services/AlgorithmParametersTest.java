package dev.e2ee.provider.services;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.envelope.DekWrapParameterSpec;
import dev.e2ee.envelope.EnvelopeParameterSpec;
import dev.e2ee.envelope.RecordContext;
import dev.e2ee.envelope.Suite;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.testing.ReferenceEnvelope;
import dev.e2ee.testing.Refused;
import dev.e2ee.testing.Sample;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.InvalidParameterSpecException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.crypto.spec.GCMParameterSpec;
import org.junit.jupiter.api.Test;

/** Section 9 of the specification: parameters as bytes. */
class AlgorithmParametersTest {
  private static final RecordContext FULL =
      RecordContext.of("\u00e9l\u00e8ve:\u0000", "b", "\ud83d\ude00")
          .withTenant("t".repeat(1024))
          .withRevision(-1);
  private static final byte[] SUITE_AUTO_HEAD = {1, 0, 0, 0, 0, 0};

  private final E2eeProvider provider = new E2eeProvider();

  private AlgorithmParameters fresh(String name) {
    try {
      return AlgorithmParameters.getInstance(name, provider);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private AlgorithmParameters envelope() {
    return fresh("E2EE-Envelope");
  }

  @Test
  void envelopeParametersRoundTrip() throws GeneralSecurityException, IOException {
    // [envelope-34]
    for (EnvelopeParameterSpec spec :
        List.of(
            EnvelopeParameterSpec.withoutContext(),
            Sample.spec(),
            Sample.forced(),
            new EnvelopeParameterSpec(FULL).withMinimumGeneration(Integer.MAX_VALUE))) {
      AlgorithmParameters from = envelope();
      from.init(spec);
      AlgorithmParameters to = envelope();
      to.init(from.getEncoded());
      assertArrayEquals(from.getEncoded(), to.getEncoded());
      EnvelopeParameterSpec back = to.getParameterSpec(EnvelopeParameterSpec.class);
      assertEquals(spec.context(), back.context());
      assertEquals(spec.suite(), back.suite());
      assertEquals(spec.minimumGeneration(), back.minimumGeneration());
      assertInstanceOf(
          EnvelopeParameterSpec.class, to.getParameterSpec(AlgorithmParameterSpec.class));
      assertArrayEquals(from.getEncoded(), from.getEncoded("RAW"));
      assertTrue(to.toString().contains("minimumGeneration"));
    }
  }

  @Test
  void theirBytesAreThoseOfTheSpecification() throws GeneralSecurityException, IOException {
    // [envelope-12] [envelope-13] [envelope-14] [envelope-34] [envelope-35]
    AlgorithmParameters parameters = envelope();
    parameters.init(
        new EnvelopeParameterSpec(FULL)
            .withSuite(Suite.AES_256_GCM)
            .withMinimumGeneration(0x01020304));
    assertArrayEquals(
        ReferenceEnvelope.concat(new byte[] {1, 1, 1, 2, 3, 4}, ReferenceEnvelope.ctx(FULL)),
        parameters.getEncoded());
    AlgorithmParameters chunked = envelope();
    chunked.init(new EnvelopeParameterSpec(FULL).withSuite(Suite.AES_256_GCM_CHUNKED));
    assertArrayEquals(
        ReferenceEnvelope.concat(new byte[] {1, 2, 0, 0, 0, 0}, ReferenceEnvelope.ctx(FULL)),
        chunked.getEncoded());
    AlgorithmParameters none = envelope();
    none.init(EnvelopeParameterSpec.withoutContext());
    assertArrayEquals(
        ReferenceEnvelope.concat(SUITE_AUTO_HEAD, new byte[] {1, 0, 0}), none.getEncoded());
    AlgorithmParameters wrap = fresh("E2EE-DekWrap");
    wrap.init(new DekWrapParameterSpec(Sample.context()));
    byte[] encoded = wrap.getEncoded();
    assertArrayEquals(
        ReferenceEnvelope.concat(new byte[] {1}, ReferenceEnvelope.ctx(Sample.context())), encoded);
    AlgorithmParameters back = fresh("E2EE-DekWrap");
    back.init(encoded, "RAW");
    assertEquals(Sample.context(), back.getParameterSpec(DekWrapParameterSpec.class).context());
  }

  @Test
  void everyCutAndEveryByteMore() {
    // [envelope-17] [envelope-34] [envelope-35]
    byte[] full = ReferenceEnvelope.concat(SUITE_AUTO_HEAD, ReferenceEnvelope.ctx(FULL));
    byte[] wrap = ReferenceEnvelope.concat(new byte[] {1}, ReferenceEnvelope.ctx(Sample.context()));
    for (int length = 0; length < full.length; length++) {
      refusesEnvelope(Arrays.copyOf(full, length));
    }
    refusesEnvelope(Arrays.copyOf(full, full.length + 1));
    for (int length = 0; length < wrap.length; length++) {
      refuses("E2EE-DekWrap", Arrays.copyOf(wrap, length));
    }
    refuses("E2EE-DekWrap", Arrays.copyOf(wrap, wrap.length + 1));
  }

  private void refusesEnvelope(byte[] encoded) {
    refuses("E2EE-Envelope", encoded);
  }

  private void refuses(String name, byte[] encoded) {
    Refused.with(IOException.class, () -> fresh(name).init(encoded));
  }

  @Test
  void wrongHeads() {
    // [envelope-34] [envelope-35]
    byte[] ctx = ReferenceEnvelope.ctx(Sample.context());
    for (byte[] head :
        List.of(
            new byte[] {0, 0, 0, 0, 0, 0},
            new byte[] {2, 0, 0, 0, 0, 0},
            new byte[] {1, 3, 0, 0, 0, 0},
            new byte[] {1, -1, 0, 0, 0, 0},
            new byte[] {1, 0, -128, 0, 0, 0},
            new byte[] {1, 0, -1, -1, -1, -1})) {
      refusesEnvelope(ReferenceEnvelope.concat(head, ctx));
    }
    refuses("E2EE-DekWrap", ReferenceEnvelope.concat(new byte[] {2}, ctx));
    refuses("E2EE-DekWrap", new byte[] {1, 1, 0, 0});
    refuses(
        "E2EE-DekWrap",
        ReferenceEnvelope.concat(
            new byte[] {1}, ReferenceEnvelope.ctx(Sample.context().withTenant("t"))));
    refuses(
        "E2EE-DekWrap",
        ReferenceEnvelope.concat(
            new byte[] {1}, ReferenceEnvelope.ctx(RecordContext.of("a:b", "c", "d"))));
  }

  private static final byte[] TEXT = {'x'};

  private static byte[] ctx(int version, int count, Object... idsAndValues) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    try {
      out.writeByte(version);
      out.writeShort(count);
      for (int i = 0; i < idsAndValues.length; i += 2) {
        ReferenceEnvelope.field(out, (Integer) idsAndValues[i], (byte[]) idsAndValues[i + 1]);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return bytes.toByteArray();
  }

  @Test
  void wrongContexts() throws IOException {
    // [envelope-12] [envelope-13] [envelope-14] [envelope-15] [envelope-17]
    byte[] overlong = {(byte) 0xC0, (byte) 0x80};
    byte[] surrogate = {(byte) 0xED, (byte) 0xA0, (byte) 0x80};
    byte[] beyond = {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80};
    byte[] tooLong = "x".repeat(1025).getBytes(StandardCharsets.US_ASCII);
    byte[] number = new byte[8];
    for (byte[] ctx :
        List.of(
            ctx(2, 3, 2, TEXT, 3, TEXT, 4, TEXT), // another version
            ctx(1, 2, 2, TEXT, 3, TEXT, 4, TEXT), // fewer counted
            ctx(1, 4, 2, TEXT, 3, TEXT, 4, TEXT), // more counted
            ctx(1, 65535, 2, TEXT, 3, TEXT, 4, TEXT),
            ctx(1, 3, 3, TEXT, 2, TEXT, 4, TEXT), // order
            ctx(1, 4, 2, TEXT, 2, TEXT, 3, TEXT, 4, TEXT), // twice
            ctx(1, 2, 2, TEXT, 3, TEXT), // one is missing
            ctx(1, 1, 1, TEXT),
            ctx(1, 1, 7, number),
            ctx(1, 1, 6, TEXT), // raw AAD never stands in parameters
            ctx(1, 4, 2, TEXT, 3, TEXT, 4, TEXT, 6, TEXT),
            ctx(1, 4, 2, TEXT, 3, TEXT, 4, TEXT, 5, TEXT), // of the device wrap
            ctx(1, 4, 2, TEXT, 3, TEXT, 4, TEXT, 8, TEXT), // unknown
            ctx(1, 4, 0, TEXT, 2, TEXT, 3, TEXT, 4, TEXT),
            ctx(1, 3, 2, new byte[0], 3, TEXT, 4, TEXT), // lengths
            ctx(1, 3, 2, tooLong, 3, TEXT, 4, TEXT),
            ctx(1, 4, 2, TEXT, 3, TEXT, 4, TEXT, 7, new byte[7]),
            ctx(1, 4, 2, TEXT, 3, TEXT, 4, TEXT, 7, new byte[9]),
            ctx(1, 3, 2, overlong, 3, TEXT, 4, TEXT), // no UTF-8
            ctx(1, 3, 2, surrogate, 3, TEXT, 4, TEXT),
            ctx(1, 3, 2, beyond, 3, TEXT, 4, TEXT),
            ctx(1, 3, 2, new byte[] {-1}, 3, TEXT, 4, TEXT))) {
      refusesEnvelope(ReferenceEnvelope.concat(SUITE_AUTO_HEAD, ctx));
    }
    byte[] right = ctx(1, 3, 2, TEXT, 3, TEXT, 4, TEXT);
    envelope().init(ReferenceEnvelope.concat(SUITE_AUTO_HEAD, right));
  }

  @Test
  void lengthsThatLieCostNothing() {
    // [envelope-8] [envelope-17]
    byte[] ctx = ctx(1, 3, 2, TEXT, 3, TEXT, 4, TEXT);
    for (int lie : new int[] {2, 0x7F, 0x80, 0xFF}) {
      byte[] changed = ReferenceEnvelope.concat(SUITE_AUTO_HEAD, ctx);
      changed[6 + 5] = (byte) lie; // the first field's length, high byte
      refusesEnvelope(changed);
    }
  }

  @Test
  void whateverIsAcceptedIsWrittenBackTheSame() throws IOException {
    // [envelope-17]
    Random random = Sample.random("AlgorithmParametersTest.fuzz");
    byte[] start =
        ReferenceEnvelope.concat(SUITE_AUTO_HEAD, ReferenceEnvelope.ctx(Sample.context()));
    int accepted = 0;
    for (int round = 0; round < 50_000; round++) {
      byte[] mutated = Arrays.copyOf(start, start.length - random.nextInt(3) + random.nextInt(3));
      for (int i = random.nextInt(4); i >= 0; i--) {
        mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
      }
      AlgorithmParameters parameters = envelope();
      try {
        parameters.init(mutated);
      } catch (IOException refused) {
        continue;
      }
      assertArrayEquals(mutated, parameters.getEncoded());
      accepted++;
    }
    assertTrue(accepted > 0, "the fuzz never left the bad");
  }

  @Test
  void wrongUse() throws GeneralSecurityException, IOException {
    Refused.with(
        InvalidParameterSpecException.class,
        () -> envelope().init(new GCMParameterSpec(128, new byte[12])));
    Refused.with(
        InvalidParameterSpecException.class, () -> fresh("E2EE-DekWrap").init(Sample.spec()));
    AlgorithmParameters good = envelope();
    good.init(Sample.spec());
    Refused.with(
        InvalidParameterSpecException.class, () -> good.getParameterSpec(GCMParameterSpec.class));
    Refused.with(
        InvalidParameterSpecException.class,
        () -> good.getParameterSpec(DekWrapParameterSpec.class));
    Refused.with(IOException.class, () -> good.getEncoded("ASN.1"));
    Refused.with(IOException.class, () -> envelope().init(good.getEncoded(), "ASN.1"));
    Refused.with(
        InvalidParameterSpecException.class,
        () -> envelope().getParameterSpec(EnvelopeParameterSpec.class));
    Refused.with(IOException.class, () -> envelope().getEncoded());
  }
}
