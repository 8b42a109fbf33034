package dev.e2ee.testvectors.conformance.own;

import com.fasterxml.jackson.databind.JsonNode;
import dev.e2ee.envelope.DekWrapParameterSpec;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.EnvelopeParameterSpec;
import dev.e2ee.envelope.MalformedEnvelopeException;
import dev.e2ee.envelope.RecordContext;
import dev.e2ee.envelope.UnsupportedEnvelopeException;
import dev.e2ee.envelope.WrongKeyException;
import dev.e2ee.spi.NotApprovedException;
import dev.e2ee.testvectors.conformance.Check;
import dev.e2ee.testvectors.conformance.Subject;
import dev.e2ee.testvectors.conformance.check.Compare;
import dev.e2ee.testvectors.conformance.vector.TestVector;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import org.jspecify.annotations.Nullable;

/** Our envelopes, through {@code Cipher} {@code E2EE-Envelope} and {@code E2EE-DekWrap}. */
public final class EnvelopeCheck implements Check {
  private static final int START = 195;
  private final ParameterCheck parameters = new ParameterCheck();
  private final SuiteCheck suites = new SuiteCheck();

  /** The first envelope, which the tests of lengths take the header of. */
  private byte @Nullable [] first;

  @Override
  public @Nullable String run(Subject subject, TestVector vector)
      throws GeneralSecurityException, NotOfferedException, WrongResultException {
    subject.e2ee();
    switch (vector.type()) {
      case "EnvelopeOpen" -> open(subject, vector);
      case "DekWrapUnwrap" -> unwrap(subject, vector);
      case "EnvelopeParameters", "DekWrapParameters" -> parameters.run(subject, vector);
      case "SuiteChoice" -> suites.run(subject, vector);
      case "ChunkedLength" -> length(vector);
      default -> throw new IllegalArgumentException("no such group here: " + vector.type());
    }
    return null;
  }

  private void open(Subject subject, TestVector v)
      throws GeneralSecurityException, NotOfferedException, WrongResultException {
    byte[] envelope = LongValue.bytes(v.json().required("envelope"));
    first = first == null ? envelope : first;
    Cipher cipher = subject.cipher("E2EE-Envelope");
    EnvelopeParameterSpec spec =
        context(v)
            .map(EnvelopeParameterSpec::new)
            .orElseGet(EnvelopeParameterSpec::withoutContext)
            .withMinimumGeneration(v.json().path("minGeneration").asInt());
    cipher.init(Cipher.DECRYPT_MODE, key(subject, v), spec);
    if (v.json().has("aad")) {
      cipher.updateAAD(LongValue.bytes(v.json().required("aad")));
    }
    byte[] plaintext;
    try {
      plaintext = cipher.doFinal(envelope);
    } catch (AEADBadTagException e) {
      if (!(e.getCause() instanceof NotApprovedException)) {
        requireError(v, e);
      }
      throw e;
    }
    requirePlaintext(v, plaintext);
  }

  private static Key key(Subject subject, TestVector v) throws NotOfferedException {
    return VectorKey.of(subject.engine(), v.group().required("keys"));
  }

  /** [envelope-29] The error that the file names, and no other. */
  private static void requireError(TestVector v, AEADBadTagException e)
      throws WrongResultException {
    String kind = e instanceof MalformedEnvelopeException ? "malformed" : "not-authentic";
    kind = e instanceof UnsupportedEnvelopeException ? "unsupported" : kind;
    kind = e instanceof WrongKeyException ? "wrong-key" : kind;
    String expected = v.json().path("error").asText();
    if (!expected.isEmpty() && !expected.equals(kind)) {
      throw WrongResultException.refused(expected, kind);
    }
  }

  private static void requirePlaintext(TestVector v, byte[] plaintext)
      throws GeneralSecurityException, WrongResultException {
    JsonNode expected = v.json().path("plaintext");
    if (expected.has("sha256")) {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(plaintext);
      Compare.same("length", expected.required("length").intValue(), plaintext.length);
      Compare.same(
          "SHA-256", expected.required("sha256").textValue(), HexFormat.of().formatHex(hash));
    } else {
      Compare.same("plaintext", v.isValid() ? LongValue.bytes(expected) : new byte[0], plaintext);
    }
  }

  private static void unwrap(Subject subject, TestVector v)
      throws GeneralSecurityException, NotOfferedException, WrongResultException {
    Cipher cipher = subject.cipher("E2EE-DekWrap");
    cipher.init(
        Cipher.UNWRAP_MODE, key(subject, v), new DekWrapParameterSpec(context(v).orElseThrow()));
    Key dek = cipher.unwrap(v.hex("wrap"), "AES", Cipher.SECRET_KEY);
    JsonNode intermediate = v.json().path("intermediate");
    byte[] expected = v.isValid() ? LongValue.bytes(intermediate.required("dek")) : new byte[0];
    Compare.same("DEK", expected, dek.getEncoded());
  }

  private void length(TestVector v) throws GeneralSecurityException, WrongResultException {
    long length = v.json().required("envelopeLength").longValue();
    if (first == null) {
      throw new IllegalStateException("no envelope stands before the tests of lengths");
    }
    byte[] there = Arrays.copyOf(first, (int) Math.min(length, START));
    long seen = Envelope.inspect(there, length).plaintextLength();
    Compare.same("length", v.json().path("plaintextLength").asLong(), seen);
  }

  static Optional<RecordContext> context(TestVector v) {
    JsonNode c = v.json().path("context");
    if (c.isMissingNode()) {
      return Optional.empty();
    }
    RecordContext context =
        RecordContext.of(
            c.required("userId").textValue(),
            c.required("entityType").textValue(),
            c.required("entityId").textValue());
    if (c.has("tenant")) {
      context = context.withTenant(c.required("tenant").textValue());
    }
    if (c.has("revision")) {
      context = context.withRevision(Long.parseUnsignedLong(c.required("revision").textValue()));
    }
    return Optional.of(context);
  }
}
