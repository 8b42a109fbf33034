package dev.e2ee.custody.file.internal.format;

/**
 * One way to open the file.
 *
 * @param head what is public about it
 * @param body how the file key is kept in it
 */
public record Slot(SlotHead head, SlotBody body) {}
