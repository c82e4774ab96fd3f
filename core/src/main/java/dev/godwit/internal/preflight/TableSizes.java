package dev.godwit.internal.preflight;

import dev.godwit.schema.Table;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Locale;

/**
 * What the migrated tables take on the source.
 *
 * @param total bytes of all, with their indexes
 * @param largest bytes of the largest, with its indexes
 */
record TableSizes(long total, long largest) {
    private static final String SIZES = """
            SELECT coalesce(sum(pg_total_relation_size(oid::oid)), 0)::bigint,
                   coalesce(max(pg_total_relation_size(oid::oid)), 0)::bigint
              FROM unnest(?::bigint[]) AS selected (oid)
            """;

    static TableSizes of(CheckContext context) throws SQLException {
        Object[] oids = context.catalog().tables().stream().map(Table::oid).toArray();
        try (PreparedStatement query = context.source().prepareStatement(SIZES)) {
            query.setArray(1, context.source().createArrayOf("bigint", oids));
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return new TableSizes(row.getLong(1), row.getLong(2));
            }
        }
    }

    /** Gives a size for people. */
    static String megabytes(long bytes) {
        double megabytes = bytes / (double) (1 << 20);
        return megabytes < 10_240
                ? String.format(Locale.ROOT, "%.0f MB", megabytes)
                : String.format(Locale.ROOT, "%.0f GB", megabytes / 1024);
    }
}
