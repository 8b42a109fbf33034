package dev.e2ee.testing;

import dev.e2ee.envelope.RecordContext;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The envelope of {@code envelope.md} written down a second time, over the JDK's primitives and
 * none of our code. A test changes one value and gets an envelope that is right but for that.
 */
public final class ReferenceEnvelope {
  public byte[] umk = Sample.umkBytes();
  public byte[] dek = random(32);
  public byte[] plaintext = Sample.plaintext(20);
  public byte[] ctx;
  public byte[] dekAad;
  public byte[] payloadAad;
  public int version = 1;
  public byte[] salt = random(24);
  public int suite = 1;
  public int flags;
  public int generation = 1;
  public byte[] keyId = keyId(Sample.umkBytes());
  public int wrapAlg = 1;

  /** The key of the payload, where it is not to be the DEK. */
  public byte[] payloadKey = dek;

  private ReferenceEnvelope(byte[] ctx, byte[] dekAad, byte[] payloadAad) {
    this.ctx = ctx;
    this.dekAad = dekAad;
    this.payloadAad = payloadAad;
  }

  public static ReferenceEnvelope of(RecordContext context) {
    return new ReferenceEnvelope(ctx(context), dekAad(context), payloadAad(context));
  }

  public static ReferenceEnvelope ofRaw(byte[] aad) {
    return new ReferenceEnvelope(
        concat(new byte[] {1, 0, 1, 0, 6}, u32(aad.length), aad), aad, aad);
  }

  public static ReferenceEnvelope ofNothing() {
    ReferenceEnvelope made = new ReferenceEnvelope(new byte[] {1, 0, 0}, new byte[0], new byte[0]);
    made.flags = 1;
    return made;
  }

  /** The same in suite 2. */
  public ReferenceEnvelope chunked() {
    suite = 2;
    return this;
  }

  /** Everything before the commitment. */
  public byte[] head() {
    byte[] wrap = box(umk, dek, dekAad);
    return concat(
        "E2EE".getBytes(StandardCharsets.US_ASCII),
        new byte[] {(byte) version, (byte) suite, (byte) (flags >> 8), (byte) flags},
        u32(generation),
        keyId,
        new byte[] {(byte) wrapAlg, (byte) (wrap.length >> 8), (byte) wrap.length},
        wrap);
  }

  public byte[] seal() {
    byte[] head = head();
    byte[] body =
        suite == 2
            ? chunks(payloadKey, salt).seal(plaintext)
            : box(payloadKey, plaintext, payloadAad);
    return concat(head, commitment(dek, head, ctx), body);
  }

  /** The chunks of suite 2 under this DEK and salt. */
  public ReferenceChunks chunks(byte[] ofDek, byte[] ofSalt) {
    return ReferenceChunks.of(ofDek, ofSalt, concat(Arrays.copyOf(head(), 8), ctx));
  }

  /** Opens by the book, checking every part. */
  public byte[] open(byte[] envelope) {
    byte[] wrap = Arrays.copyOfRange(envelope, 31, 91);
    byte[] opened = unbox(umk, wrap, dekAad);
    byte[] head = Arrays.copyOf(envelope, 91);
    byte[] expectedStart = Arrays.copyOf(head(), 31);
    if (!Arrays.equals(Arrays.copyOf(head, 31), expectedStart)) {
      throw new AssertionError("another header than the specification's");
    }
    if (!MessageDigest.isEqual(
        commitment(opened, head, ctx), Arrays.copyOfRange(envelope, 91, 123))) {
      throw new AssertionError("another commitment than the specification's");
    }
    byte[] body = Arrays.copyOfRange(envelope, 123, envelope.length);
    return suite == 2
        ? chunks(opened, Arrays.copyOf(body, 24)).open(body)
        : unbox(opened, body, payloadAad);
  }

  /** The DEK inside an envelope. */
  public byte[] dekOf(byte[] envelope) {
    return unbox(umk, Arrays.copyOfRange(envelope, 31, 91), dekAad);
  }

  public static byte[] commitment(byte[] dek, byte[] head, byte[] ctx) {
    byte[] label = "e2ee-commit-v1\0".getBytes(StandardCharsets.US_ASCII);
    return hkdf(dek, concat(label, u32(head.length), head, u32(ctx.length), ctx), 32);
  }

  public static byte[] keyId(byte[] umk) {
    return hkdf(umk, "e2ee-key-id-v1".getBytes(StandardCharsets.US_ASCII), 16);
  }

  public static byte[] dekAad(RecordContext c) {
    return utf8("pia-dek-wrap-v1:" + c.entityType() + ":" + c.entityId());
  }

  public static byte[] payloadAad(RecordContext c) {
    return utf8("pia-e2ee-v1:" + c.userId() + ":" + c.entityType() + ":" + c.entityId());
  }

  public static byte[] ctx(RecordContext c) {
    ByteArrayOutputStream fields = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(fields);
    try {
      int count = 3 + (c.tenant().isPresent() ? 1 : 0) + (c.revision().isPresent() ? 1 : 0);
      out.writeByte(1);
      out.writeShort(count);
      if (c.tenant().isPresent()) {
        field(out, 1, utf8(c.tenant().get()));
      }
      field(out, 2, utf8(c.userId()));
      field(out, 3, utf8(c.entityType()));
      field(out, 4, utf8(c.entityId()));
      if (c.revision().isPresent()) {
        field(out, 7, ByteBuffer.allocate(8).putLong(c.revision().getAsLong()).array());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return fields.toByteArray();
  }

  public static void field(DataOutputStream out, int id, byte[] value) throws IOException {
    out.writeShort(id);
    out.writeInt(value.length);
    out.write(value);
  }

  private static byte[] hkdf(byte[] key, byte[] info, int length) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      mac.update(info);
      mac.update((byte) 1);
      return Arrays.copyOf(mac.doFinal(), length);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  public static byte[] box(byte[] key, byte[] plaintext, byte[] aad) {
    byte[] nonce = random(12);
    return concat(nonce, gcm(Cipher.ENCRYPT_MODE, key, nonce, plaintext, aad));
  }

  public static byte[] unbox(byte[] key, byte[] box, byte[] aad) {
    byte[] rest = Arrays.copyOfRange(box, 12, box.length);
    return gcm(Cipher.DECRYPT_MODE, key, Arrays.copyOf(box, 12), rest, aad);
  }

  private static byte[] gcm(int mode, byte[] key, byte[] nonce, byte[] in, byte[] aad) {
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
      cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
      cipher.updateAAD(aad);
      return cipher.doFinal(in);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("the reference cannot open this", e);
    }
  }

  public static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  public static byte[] u32(int number) {
    return ByteBuffer.allocate(4).putInt(number).array();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  public static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new SecureRandom().nextBytes(bytes);
    return bytes;
  }
}
