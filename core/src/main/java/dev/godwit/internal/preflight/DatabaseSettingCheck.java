package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The target's database has the settings that the source's has, also those for single roles. */
final class DatabaseSettingCheck implements Check {
    /** Settings that change the text in which values are read and written. */
    private static final Set<String> TEXT = Set.of(
            "datestyle",
            "intervalstyle",
            "timezone",
            "extra_float_digits",
            "bytea_output",
            "lc_monetary",
            "lc_numeric",
            "lc_time",
            "xmlbinary",
            "xmloption",
            "client_encoding");

    /** What closes a source is not the application's. Lists are stored as they have to be written. */
    private static final String SETTINGS = """
            SELECT coalesce(quote_ident(r.rolname), ''), s.name, s.value,
                   CASE WHEN lower(s.name) IN ('search_path', 'temp_tablespaces', 'session_preload_libraries', 'local_preload_libraries')
                        THEN s.value ELSE quote_literal(s.value) END
              FROM pg_catalog.pg_db_role_setting d
              JOIN pg_catalog.pg_database b ON b.oid = d.setdatabase AND b.datname = current_database()
              LEFT JOIN pg_catalog.pg_roles r ON r.oid = d.setrole
             CROSS JOIN LATERAL (SELECT split_part(c, '=', 1) AS name, substr(c, strpos(c, '=') + 1) AS value
                                   FROM unnest(d.setconfig) AS c) s
             WHERE lower(s.name) <> 'default_transaction_read_only'
             ORDER BY 1, 2
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.DATABASE_SETTING);
    }

    @Override
    public boolean needsTargetDatabase() {
        return true;
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        Map<String, List<String>> there = new HashMap<>();
        for (List<String> row : CheckContext.rows(context.target(), SETTINGS)) {
            there.put(row.get(0) + "." + row.get(1), row);
        }
        for (List<String> row : CheckContext.rows(context.source(), SETTINGS)) {
            List<String> namesake = there.get(row.get(0) + "." + row.get(1));
            if (namesake == null || !namesake.get(2).equals(row.get(2))) {
                report(context, row, namesake);
            }
        }
    }

    private static void report(CheckContext context, List<String> setting, @Nullable List<String> namesake)
            throws SQLException {
        String role = setting.get(0);
        String database = CheckContext.row(context.target(), "SELECT quote_ident(current_database())")
                .get(0);
        context.add(
                FindingCode.DATABASE_SETTING,
                setting.get(1),
                "the source's database sets " + setting.get(1) + " to " + setting.get(2)
                        + (role.isEmpty() ? "" : " for role " + role) + ", and the target's "
                        + (namesake == null ? "does not set it" : "to " + namesake.get(2))
                        + (TEXT.contains(setting.get(1).toLowerCase(Locale.ROOT))
                                ? ": the application would read and write values in another form there"
                                : ""),
                "the same setting, unless the change is wanted; the migration's own sessions have theirs, whatever is set",
                "ALTER " + (role.isEmpty() ? "" : "ROLE " + role + " IN ") + "DATABASE " + database + " SET "
                        + setting.get(1) + " TO " + setting.get(3) + "; -- on the target");
    }
}
