package dev.e2ee.cli.device;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.OwnerOnly;
import dev.e2ee.cli.io.PendingFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a device keeps beside its key store, in files that only its owner can read.
 *
 * @param directory made when it is first written to
 */
record DeviceFolder(Path directory) {
  /** The device's own keys, sealed by the key store. */
  static final String IDENTITY = "identity.e2ee";

  /** The other devices that it knows, sealed by the key store. */
  static final String REGISTRY = "registry.e2ee";

  /** A handshake that was begun by asking. */
  static final String JOIN = "join.pending";

  /** A handshake that was begun by answering. */
  static final String APPROVAL = "approval.pending";

  /** What the device is: its sealed keys are bound to it. */
  static final String PROFILE = "profile";

  /** A revocation that is not finished. */
  static final String REVOCATION = "revocation.pending";

  /** Whom the device trusts with collections, and what it has seen of them. */
  static final String TRUST = "trust";

  /** What it has kept of its invites. */
  static final String INVITES = "invites";

  /** Its changes of keyrings that are on no server yet. */
  static final String CHANGES = "changes";

  private static final String LOCK = "lock";

  private static final long MOST = 1 << 20;

  /** Keeps other commands out until it is closed: two at once could take two offers. */
  FileChannel lock() throws IOException {
    OwnerOnly.makeDirectory(directory);
    Path file = directory.resolve(LOCK);
    FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
            OwnerOnly.file(file));
    boolean done = false;
    try {
      channel.lock();
      done = true;
      return channel;
    } finally {
      if (!done) {
        channel.close();
      }
    }
  }

  /** Whether anything of a device is there. */
  boolean isUsed() {
    return Stream.of(IDENTITY, REGISTRY, PROFILE)
        .anyMatch(name -> Files.exists(directory.resolve(name)));
  }

  boolean hasIdentity() {
    return Files.exists(directory.resolve(IDENTITY));
  }

  /** A file's content, when it is there. */
  Optional<byte[]> read(String name) throws IOException {
    Path file = directory.resolve(name);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    if (Files.size(file) > MOST) {
      throw new Failure(Exit.IO, file + " is too large to be ours", "Restore it from a copy.");
    }
    return Optional.of(Files.readAllBytes(file));
  }

  /** The same of one that must be there. */
  byte[] require(String name, String advice) throws IOException {
    return read(name)
        .orElseThrow(() -> new Failure(Exit.IO, "there is no " + directory.resolve(name), advice));
  }

  /** Writes it, or replaces it. */
  void write(String name, byte[] content) throws IOException {
    OwnerOnly.makeDirectory(directory);
    try (PendingFile pending = PendingFile.write(directory, content)) {
      pending.replace(directory.resolve(name));
    }
  }

  void delete(String name) throws IOException {
    Files.deleteIfExists(directory.resolve(name));
  }

  /** Deletes a folder in it, and the files in that. */
  void deleteFolder(String name) throws IOException {
    Path inner = directory.resolve(name);
    if (Files.isDirectory(inner, LinkOption.NOFOLLOW_LINKS)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(inner)) {
        for (Path file : files) {
          Files.delete(file);
        }
      }
    }
    delete(name);
  }
}
