/** Our own test vectors, and where to find those of others. */
@org.jspecify.annotations.NullMarked
module dev.e2ee.testvectors {
  requires static transitive org.jspecify;

  exports dev.e2ee.testvectors;
}
