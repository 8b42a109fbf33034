package dev.e2ee.custody.keychain.internal.item;

import dev.e2ee.spi.internal.custody.Deadline;
import dev.e2ee.spi.internal.custody.ExclusiveLock;
import dev.e2ee.spi.internal.custody.UserLock;

/**
 * What an item of a keychain is found by.
 *
 * @param service the program that keeps it there
 * @param account whose it is
 */
public record ItemName(String service, String account) {
  private static final UserLock WRITERS = new UserLock("keychain");

  /**
   * Waits for the right to write it: no keychain keeps two writers from making two items of one
   * name.
   *
   * @throws dev.e2ee.spi.CustodyException TIMEOUT, CANCELLED
   */
  public ExclusiveLock writer(Deadline deadline) {
    return WRITERS.takeStrictly(
        service + "\n" + account,
        deadline,
        "another process or thread that writes the item " + this);
  }

  @Override
  public String toString() {
    return service + "/" + account;
  }
}
