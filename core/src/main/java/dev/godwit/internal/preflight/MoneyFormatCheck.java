package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** Amounts of money mean the same on both sides. */
final class MoneyFormatCheck implements Check {
    private static final String LOCALE = "SELECT reset_val FROM pg_catalog.pg_settings WHERE name = 'lc_monetary'";

    private static final String COLUMNS = """
            SELECT a.attrelid::regclass, quote_ident(a.attname)
              FROM pg_catalog.pg_attribute a
              JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
             WHERE a.attrelid = ANY (?) AND a.attnum > 0 AND NOT a.attisdropped
               AND 'pg_catalog.money'::regtype IN (t.oid, t.typelem, t.typbasetype)
             ORDER BY 1, a.attnum
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.MONEY_FORMAT);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        String source = CheckContext.row(context.source(), LOCALE).get(0);
        String target = CheckContext.row(context.target(), LOCALE).get(0);
        if (DatabaseLocale.isSame(source, target)) {
            return;
        }
        for (List<String> row : TableQuery.ofSource(context, COLUMNS)) {
            context.add(
                    FindingCode.MONEY_FORMAT,
                    row.get(0) + "." + row.get(1),
                    "column " + row.get(1) + " of table " + row.get(0) + " is of type money, and lc_monetary is "
                            + source
                            + " on the source, " + target
                            + " on the target: the same stored number shows as another currency there, and as another amount"
                            + " where that has other fractions",
                    "the same lc_monetary on both sides, or columns of type numeric",
                    "ALTER SYSTEM SET lc_monetary = '" + source + "'; -- on the target, then SELECT pg_reload_conf()");
        }
    }
}
