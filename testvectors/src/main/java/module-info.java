/** Our own test vectors, and where to find those of others. */
@org.jspecify.annotations.NullMarked
module dev.e2ee.testvectors {
  requires static org.jspecify;

  exports dev.e2ee.testvectors;
}
