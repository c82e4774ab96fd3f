package dev.godwit.internal.verify;

/**
 * How far a verification is.
 *
 * @param tables the number of tables to compare
 * @param tablesDone those that are done
 * @param rows rows of the source compared so far
 * @param bytes bytes of the source's tables compared so far
 * @param bytesTotal bytes of all tables to compare
 * @param differingTables tables in which a difference was found so far
 */
public record VerifyProgress(int tables, int tablesDone, long rows, long bytes, long bytesTotal, int differingTables) {}
