package dev.e2ee.testvectors.envelope;

import static java.util.Map.entry;

import java.util.Map;

/** Which rules of {@code envelope.md} a vector is about, by its flags. */
final class RulesOfFlags {
  private static final String CONTEXT = "[envelope-13] [envelope-14]";
  private static final String CONTENT = "[envelope-9]";
  private static final String BODY = "[envelope-29] [envelope-30]";
  private static final String WRAP = "[envelope-26] [envelope-29]";

  private static final String CHUNK = "[envelope-29] [envelope-44] [envelope-49]";
  private static final String DERIVED = "[envelope-41] [envelope-42]";

  private static final Map<String, String> RULES =
      Map.ofEntries(
          entry("AmbiguousContext", "[envelope-25]"),
          entry("Automatic", "[envelope-28] [envelope-46]"),
          entry("BodyAad", "[envelope-19] [envelope-20]"),
          entry("BodyCiphertext", BODY),
          entry("BodyCommitment", "[envelope-42]"),
          entry("BodyDerivation", DERIVED),
          entry("BodyKey", BODY),
          entry("BodyNonce", BODY),
          entry("BodyStart", DERIVED),
          entry("BodyTag", BODY),
          entry("ChunkAad", CHUNK),
          entry("ChunkCiphertext", CHUNK),
          entry("ChunkKey", CHUNK),
          entry("ChunkNonce", CHUNK),
          entry("ChunkNumber", "[envelope-44]"),
          entry("ChunkOrder", CHUNK),
          entry("ChunkRemoved", CHUNK),
          entry("ChunkRepeated", CHUNK),
          entry("ChunkSize", "[envelope-43]"),
          entry("ChunkTag", CHUNK),
          entry("Colon", CONTEXT),
          entry("Commitment", "[envelope-25] [envelope-26]"),
          entry("Content", CONTENT),
          entry("Context", "[envelope-13] [envelope-14] [envelope-25]"),
          entry("ContextFree", "[envelope-13] [envelope-16] [envelope-18] [envelope-20]"),
          entry("Control", CONTEXT),
          entry("Custody", "[envelope-22]"),
          entry("DataKeyAad", "[envelope-57]"),
          entry("DekLength", "[envelope-7]"),
          entry("Derived", "[envelope-57] [envelope-58] [envelope-62]"),
          entry("EmptyLastChunk", "[envelope-43]"),
          entry("EmptyPlaintext", CONTENT),
          entry("FlagMismatch", "[envelope-18]"),
          entry("Flags", "[envelope-4]"),
          entry("Forced", CONTENT),
          entry("FullLastChunk", "[envelope-39] [envelope-43]"),
          entry("Generation", "[envelope-5] [envelope-22] [envelope-23]"),
          entry("KekDerivation", "[token-8]"),
          entry("KeyId", "[envelope-23]"),
          entry("KeyWrap", "[envelope-6] [envelope-7] [envelope-22] [token-26]"),
          entry("LongPlaintext", CONTENT),
          entry("Longest", "[envelope-15] [envelope-16]"),
          entry("Magic", "[envelope-1]"),
          entry("MinimumGeneration", "[envelope-24]"),
          entry("OtherChunk", CHUNK),
          entry("OtherKey", "[envelope-21] [envelope-23]"),
          entry("OtherSigned", "[token-19] [token-22]"),
          entry("OtherTagged", "[token-26]"),
          entry("Prefixed", "[envelope-1]"),
          entry("RawAad", "[envelope-13] [envelope-20]"),
          entry("Record", "[envelope-12] [envelope-13] [envelope-19]"),
          entry("RecordKey", "[envelope-58]"),
          entry("RecordSalt", "[envelope-58]"),
          entry("Revision", "[envelope-12] [envelope-13]"),
          entry("Rewrapped", "[envelope-33] [envelope-63]"),
          entry("Rsa", "[envelope-6] [envelope-7] [envelope-22] [token-19]"),
          entry("Salt", "[envelope-42]"),
          entry("SharedDataKey", "[envelope-58] [envelope-60]"),
          entry("SignedByItsOwner", "[token-22]"),
          entry("Size", CONTENT),
          entry("Suite", "[envelope-3]"),
          entry("SuiteChanged", "[envelope-26] [envelope-29]"),
          entry("SwappedBody", BODY),
          entry("SwappedCommitment", WRAP),
          entry("SwappedHeader", "[envelope-42]"),
          entry("SwappedWrap", WRAP),
          entry("Tenant", "[envelope-12] [envelope-13]"),
          entry("Text", "[envelope-1]"),
          entry("Token", "[envelope-6] [envelope-7] [envelope-22] [token-8]"),
          entry("TooLong", "[envelope-9] [envelope-45]"),
          entry("Trailing", BODY),
          entry("Truncated", "[envelope-8] [envelope-9] [envelope-39]"),
          entry("Unicode", CONTEXT),
          entry("Version", "[envelope-2]"),
          entry("WrapAad", "[envelope-19] [envelope-20]"),
          entry("WrapAlg", "[envelope-6] [envelope-56]"),
          entry("WrapBlock", "[token-22]"),
          entry("WrapCiphertext", WRAP),
          entry("WrapKey", "[envelope-23] [envelope-29]"),
          entry("WrapLength", "[envelope-7] [envelope-8] [envelope-56]"),
          entry("WrapNonce", WRAP),
          entry("WrapSalt", WRAP),
          entry("WrapSignature", "[token-22]"),
          entry("WrapTag", WRAP),
          entry("WrappedDek", WRAP));

  private RulesOfFlags() {}

  /**
   * The ids of the rules.
   *
   * @throws IllegalArgumentException for a flag that is about none
   */
  static String of(String flag) {
    String rules = RULES.get(flag);
    if (rules == null) {
      throw new IllegalArgumentException("say here which rule the flag " + flag + " is about");
    }
    return rules;
  }
}
