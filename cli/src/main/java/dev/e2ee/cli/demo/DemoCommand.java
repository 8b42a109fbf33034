package dev.e2ee.cli.demo;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.OwnerOnly;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code e2ee demo}: shows what the product does, with real keys and records. */
@Command(
    name = "demo",
    description =
        "Seal, tamper, rotate, use an HSM, join a device, recover: see it happen, in a"
            + " temporary directory.")
public final class DemoCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin Results results;

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description = "Work in this new directory, and leave the files there.")
  @Nullable Path keep;

  /** In these surroundings. */
  public DemoCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.results = new Results(surroundings);
  }

  @Override
  public Integer call() throws IOException, GeneralSecurityException {
    Path directory = keep == null ? Files.createTempDirectory("e2ee-demo-") : fresh(keep);
    try {
      Story story = new Story(surroundings, results);
      Demonstration demonstration =
          new Demonstration(story, directory, surroundings.variable("E2EE_DEMO_HSM").map(Path::of));
      demonstration.run();
      next(story, directory, keep == null ? null : demonstration.passphraseFile());
      story.end();
    } finally {
      if (keep == null) {
        delete(directory);
      }
    }
    return Exit.OK.code();
  }

  private void next(Story story, Path directory, @Nullable Path passphrase) {
    story.step("What to try next");
    if (keep != null) {
      story.say("e2ee key list --keys " + directory.resolve("keys.e2ee"));
      story.say(
          "e2ee open "
              + directory.resolve("note-1.e2ee")
              + " -o - --user ann --type note --id 1 --keys "
              + directory.resolve("keys.e2ee")
              + (passphrase == null ? "" : " --passphrase-file " + passphrase));
    } else {
      story.say("e2ee demo --keep DIR    the same, and the files stay to be looked at");
    }
    story.say("e2ee init               a key file of your own");
    story.say(
        "e2ee seal FILE --user ann --type file --id 1     FILE.e2ee beside it; open takes the same");
    story.say("e2ee doctor             whether everything is well here");
  }

  private static Path fresh(Path directory) throws IOException {
    if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      throw new Failure(
          Exit.IO,
          directory + " exists already and was left as it is",
          "Name a directory that is not there yet.");
    }
    return Files.createDirectory(directory.toAbsolutePath(), OwnerOnly.directory(directory));
  }

  /** What the demonstration has made: files, and directories of files. */
  private static void delete(Path directory) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          delete(entry);
        } else {
          Files.delete(entry);
        }
      }
    }
    Files.delete(directory);
  }
}
