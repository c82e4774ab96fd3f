package dev.godwit.schema;

/**
 * How large a table is, as far as the catalog knows without reading it.
 *
 * @param estimatedRows rows by the last VACUUM or ANALYZE; -1 if there was none
 * @param pages pages of the main fork right now
 * @param dataBytes bytes of the rows: the main fork, and that of the TOAST table
 * @param totalBytes bytes with everything that belongs to it, all indexes among it
 */
public record TableSize(long estimatedRows, long pages, long dataBytes, long totalBytes) {}
