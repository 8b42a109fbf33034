package dev.e2ee.custody.pkcs11.internal.session;

import java.nio.file.Path;

/**
 * A module and how it is used. It is initialised once for the whole process, so that all who use it
 * at the same time do so in the same way.
 *
 * @param file its real path
 * @param initArgs text for C_Initialize, or none
 * @param binding name of that through which its functions are called
 */
public record ModuleUse(Path file, String initArgs, String binding) {}
