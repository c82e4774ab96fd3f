package dev.godwit.schema;

/**
 * How large a table is, as far as the catalog knows without reading it.
 *
 * @param estimatedRows rows by the last VACUUM or ANALYZE; -1 if there was none
 * @param pages pages of the main fork right now
 * @param heapBytes bytes of the main fork
 * @param totalBytes bytes with TOAST and all indexes
 */
public record TableSize(long estimatedRows, long pages, long heapBytes, long totalBytes) {}
