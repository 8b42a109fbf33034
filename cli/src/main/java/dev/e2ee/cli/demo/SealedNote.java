package dev.e2ee.cli.demo;

import dev.e2ee.envelope.RecordContext;
import java.nio.file.Path;

/**
 * A record of the demonstration.
 *
 * @param text what it says
 * @param context which record it is
 * @param file where its envelope lies
 */
record SealedNote(String text, RecordContext context, Path file) {}
