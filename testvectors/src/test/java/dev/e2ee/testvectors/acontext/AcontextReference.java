package dev.e2ee.testvectors.acontext;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.e2ee.testvectors.SharedFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.StreamSupport;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Acontext's formats with the JDK alone, and with the random values given: what makes the bytes of
 * ../shared/interop/acontext.json again, and what ours are compared with.
 */
final class AcontextReference {
  private static final HexFormat HEX = HexFormat.of();

  private AcontextReference() {}

  static JsonNode file() throws IOException {
    return new ObjectMapper()
        .readTree(SharedFiles.ofThisProject().interop("acontext.json").toFile());
  }

  static List<JsonNode> list(JsonNode file, String member, int size) {
    List<JsonNode> all = StreamSupport.stream(file.required(member).spliterator(), false).toList();
    if (all.size() != size) {
      throw new AssertionError(member + " has " + all.size() + " entries");
    }
    return all;
  }

  static String text(JsonNode node, String member) {
    return node.required(member).textValue();
  }

  static byte[] hex(JsonNode node, String member) {
    return HEX.parseHex(text(node, member));
  }

  static byte[] hmac(byte[] key, byte[]... parts) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256", "SunJCE");
    // An empty key and one zero byte are the same key to HMAC; JCA takes the second only.
    mac.init(new SecretKeySpec(key.length == 0 ? new byte[1] : key, "HmacSHA256"));
    for (byte[] part : parts) {
      mac.update(part);
    }
    return mac.doFinal();
  }

  static String lookup(String auth, String pepper) throws GeneralSecurityException {
    return HEX.formatHex(hmac(pepper.getBytes(UTF_8), auth.getBytes(UTF_8)));
  }

  static byte[] wrappingKey(byte[] authSecret, String pepper) throws GeneralSecurityException {
    byte[] ikm = (HEX.formatHex(authSecret) + pepper).getBytes(UTF_8);
    byte[] prk = hmac((pepper + "-master-key-wrap").getBytes(UTF_8), ikm);
    return hmac(prk, (pepper + " master key wrapping").getBytes(UTF_8), new byte[] {1});
  }

  static String token(byte[] authSecret, byte[] masterKey, String pepper)
      throws GeneralSecurityException {
    SecretKey kek = new SecretKeySpec(wrappingKey(authSecret, pepper), "AES");
    Cipher cipher = Cipher.getInstance("AES/KW/NoPadding", "SunJCE");
    cipher.init(Cipher.WRAP_MODE, kek);
    byte[] wrapped = cipher.wrap(new SecretKeySpec(masterKey, "AES"));
    byte[] all = ByteBuffer.allocate(57).put((byte) 1).put(authSecret).put(wrapped).array();
    return "sk-ac-" + Base64.getUrlEncoder().withoutPadding().encodeToString(all);
  }

  private static byte[] gcm(int mode, byte[] key, byte[] nonce, byte[] in)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
    cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
    return cipher.doFinal(in);
  }

  static byte[] seal(byte[] key, byte[] nonce, byte[] plaintext) throws GeneralSecurityException {
    byte[] sealed = gcm(Cipher.ENCRYPT_MODE, key, nonce, plaintext);
    return ByteBuffer.allocate(12 + sealed.length).put(nonce).put(sealed).array();
  }

  static byte[] open(byte[] key, byte[] box) throws GeneralSecurityException {
    return gcm(Cipher.DECRYPT_MODE, key, nonce(box), Arrays.copyOfRange(box, 12, box.length));
  }

  static byte[] nonce(byte[] box) {
    return Arrays.copyOf(box, 12);
  }

  static byte[] frame(byte[] wrap, byte[] body) {
    byte[] text = Base64.getEncoder().encode(wrap);
    return ByteBuffer.allocate(3 + text.length + body.length)
        .put((byte) 1)
        .putShort((short) text.length)
        .put(text)
        .put(body)
        .array();
  }

  /** The wrapped DEK of a frame, decoded. */
  static byte[] wrapOf(byte[] frame) {
    return Base64.getDecoder().decode(new String(frame, 3, 80, US_ASCII));
  }

  static byte[] bodyOf(byte[] frame) {
    return Arrays.copyOfRange(frame, 83, frame.length);
  }

  static String sha256(byte[] content) throws GeneralSecurityException {
    return HEX.formatHex(MessageDigest.getInstance("SHA-256").digest(content));
  }
}
