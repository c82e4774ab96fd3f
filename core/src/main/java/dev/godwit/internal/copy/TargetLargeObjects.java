package dev.godwit.internal.copy;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** The target's large objects by OID, read a page at a time, so that transactions may end in between. */
final class TargetLargeObjects {
    private static final int PAGE = 5_000;

    private static final String LIST = """
            SELECT m.oid::bigint, l.oid IS NOT NULL, l.mark, md5(convert_to(d.description, 'UTF8'))
              FROM pg_catalog.pg_largeobject_metadata m
              LEFT JOIN godwit.large_object l ON l.migration = ? AND l.oid = m.oid
              LEFT JOIN pg_catalog.pg_description d
                     ON d.classoid = 'pg_catalog.pg_largeobject'::regclass AND d.objoid = m.oid AND d.objsubid = 0
             WHERE m.oid > ?::bigint::oid ORDER BY m.oid LIMIT ?
            """;

    /** One object, with the mark of the source's when it was copied. */
    record Entry(
            long oid,
            boolean isOurs,
            @Nullable String mark,
            @Nullable String commentHash) {}

    private final Connection target;
    private final String migration;
    private final Deque<Entry> page = new ArrayDeque<>();
    private long last;
    private boolean atEnd;

    TargetLargeObjects(Connection target, String migration) {
        this.target = target;
        this.migration = migration;
    }

    /** Gives the next one without going on; null at the end. */
    @Nullable
    Entry peek() throws SQLException {
        if (page.isEmpty() && !atEnd) {
            read();
        }
        return page.peek();
    }

    void advance() {
        page.remove();
    }

    private void read() throws SQLException {
        try (PreparedStatement query = target.prepareStatement(LIST)) {
            query.setString(1, migration);
            query.setLong(2, last);
            query.setInt(3, PAGE);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    last = row.getLong(1);
                    page.add(new Entry(last, row.getBoolean(2), row.getString(3), row.getString(4)));
                }
            }
        }
        atEnd = page.size() < PAGE;
    }
}
