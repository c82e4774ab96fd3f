package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import dev.godwit.schema.Table;
import java.sql.SQLException;
import java.util.Set;

/** No replica identity holds a generated column, which the stream does not. */
final class GeneratedIdentityCheck implements Check {
    /** From here on FULL, too, is refused where there is a generated column. */
    private static final int FULL_REFUSED = 18;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.GENERATED_IDENTITY);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        IdentityFault.GENERATED.report(context, FindingCode.GENERATED_IDENTITY, GeneratedIdentityCheck::remedy);
    }

    private static String remedy(Table table, CheckContext context) {
        String alter = "ALTER TABLE " + table.name().quoted() + " REPLICA IDENTITY ";
        if (context.catalog().majorVersion() < FULL_REFUSED) {
            return alter + "FULL; -- or USING INDEX, a unique index on NOT NULL columns none of which is generated; or"
                    + " exclude the table";
        }
        return alter
                + "USING INDEX …; -- a unique index on NOT NULL columns none of which is generated; or exclude the table";
    }
}
