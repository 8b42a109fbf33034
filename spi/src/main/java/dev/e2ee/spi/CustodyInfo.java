package dev.e2ee.spi;

/**
 * What a store is, for people and reports; no secrets.
 *
 * @param scheme the URI scheme
 * @param location the store's canonical URI without its query
 * @param backend product and version
 * @param persistsUses whether the wraps under a key are counted across processes
 */
public record CustodyInfo(String scheme, String location, String backend, boolean persistsUses) {}
