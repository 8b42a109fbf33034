package dev.e2ee.testvectors.conformance.own;

import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.Suite;
import dev.e2ee.internal.core.EnvelopeCore;
import dev.e2ee.internal.core.MasterKey;
import dev.e2ee.internal.core.SealingOperation;
import dev.e2ee.internal.format.ContextBinding;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.testvectors.conformance.Check;
import dev.e2ee.testvectors.conformance.Subject;
import dev.e2ee.testvectors.conformance.check.Compare;
import dev.e2ee.testvectors.conformance.vector.TestVector;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Which suite a sealer takes for a length, which may be longer than JCA can count. */
final class SuiteCheck implements Check {
  private static final long SEALED = 2L << 20;

  @Override
  public @Nullable String run(Subject subject, TestVector v)
      throws GeneralSecurityException, NotOfferedException, WrongResultException {
    Suite forced =
        Arrays.stream(Suite.values())
            .filter(suite -> suite.number() == v.number("suite"))
            .findAny()
            .orElse(null);
    Engine engine = subject.engine();
    if (engine.isApprovedOnly() && forced != Suite.AES_256_GCM_CHUNKED) {
      throw new NotOfferedException("a choice of the suite: in the FIPS profile it is suite 2");
    }
    long length = v.json().required("plaintextLength").longValue();
    try (MasterKey umk = MasterKey.of(engine, UserMasterKey.of(new byte[32]));
        SealingOperation sealing =
            new SealingOperation(new EnvelopeCore(engine), umk, ContextBinding.none(), forced, 1)) {
      if (!sealing.takes(length)) {
        throw new RejectedException("refused: too long for the suite");
      }
      long envelopeLength = v.json().path("envelopeLength").asLong();
      Compare.same("length of the envelope", envelopeLength, sealing.outputLength(length, true));
      if (length < SEALED) {
        byte[] envelope = sealing.finish(new byte[(int) length], 0, (int) length);
        Compare.same("length of what was sealed", envelopeLength, (long) envelope.length);
        int suite = Envelope.inspect(envelope).suite().number();
        Compare.same("suite", v.json().path("chosenSuite").asInt(), suite);
      }
    }
    return null;
  }
}
