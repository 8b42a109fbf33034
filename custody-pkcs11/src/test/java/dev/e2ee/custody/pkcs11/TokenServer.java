package dev.e2ee.custody.pkcs11;

import java.io.IOException;

/** The process that a token is in, or behind. */
interface TokenServer {
  /** As a power cut does. */
  void kill() throws IOException, InterruptedException;

  /** The same token again, served by a new process. */
  void startAgain() throws IOException, InterruptedException;

  /** Nothing answers any more, and no connection breaks. */
  void freeze() throws IOException, InterruptedException;

  /** Goes on from there. */
  void thaw() throws IOException, InterruptedException;
}
