package dev.e2ee.testvectors.conformance.vector;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * A file of vectors that was read and checked.
 *
 * @param name such as {@code aes_gcm_test.json}
 * @param source where it comes from, for people
 * @param algorithm what it is about
 * @param sha256 of its bytes, in hex
 * @param remarks what could not be checked of it
 * @param notes what its flags mean
 * @param tests as many as it says
 */
public record VectorFile(
    String name,
    String source,
    String algorithm,
    String sha256,
    List<String> remarks,
    JsonNode notes,
    List<TestVector> tests) {}
