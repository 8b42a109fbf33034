package dev.e2ee.rotation;

/**
 * How far a rotation is.
 *
 * @param pass which pass it is, from 1
 * @param seen records of this pass so far
 * @param moved of these: now under the new key, and read back
 * @param alreadyMoved of these: were under the new key, and open
 * @param gone of these: deleted since they were listed
 * @param contended of these: seen under an old key, and changed or deleted by others each time that
 *     they were to be moved
 * @param problems of these: stay as they are, each with a {@link RotationReport.Problem}
 */
public record RotationProgress(
    int pass, long seen, long moved, long alreadyMoved, long gone, long contended, long problems) {}
