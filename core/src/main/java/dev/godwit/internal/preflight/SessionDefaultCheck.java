package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Sessions of the application get the same defaults from both servers, where these change what statements mean. */
final class SessionDefaultCheck implements Check {
    /**
     * What a session begins with, but for what the driver itself asks for and for what a database sets. Of the locales only those by which
     * values are written.
     */
    private static final String DEFAULTS = """
            SELECT s.name, s.reset_val, quote_literal(s.reset_val)
              FROM pg_catalog.pg_settings s
             WHERE s.name IN ('IntervalStyle', 'bytea_output', 'xmlbinary', 'xmloption', 'lc_monetary', 'lc_numeric', 'lc_time',
                              'default_text_search_config', 'standard_conforming_strings', 'array_nulls', 'transform_null_equals',
                              'default_transaction_isolation')
               AND NOT EXISTS (SELECT FROM pg_catalog.pg_db_role_setting d
                                 JOIN pg_catalog.pg_database b ON b.oid = d.setdatabase AND b.datname = current_database()
                                 CROSS JOIN LATERAL unnest(d.setconfig) AS c
                                WHERE lower(split_part(c, '=', 1)) = lower(s.name))
             ORDER BY 1
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.SESSION_DEFAULT);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        Map<String, String> there = new HashMap<>();
        for (List<String> row : CheckContext.rows(context.target(), DEFAULTS)) {
            there.put(row.get(0), row.get(1));
        }
        for (List<String> row : CheckContext.rows(context.source(), DEFAULTS)) {
            String value = there.get(row.get(0));
            if (value != null && !DatabaseLocale.isSame(value, row.get(1))) {
                context.add(
                        FindingCode.SESSION_DEFAULT,
                        row.get(0),
                        "sessions on the source begin with " + row.get(0) + " = " + row.get(1)
                                + ", those on the target with " + value
                                + ": the application may read or write values otherwise there",
                        "the same default, unless the change is wanted; the migration's own sessions have theirs, whatever is"
                                + " set",
                        "ALTER SYSTEM SET " + row.get(0) + " = " + row.get(2)
                                + "; -- on the target, then SELECT pg_reload_conf()");
            }
        }
    }
}
