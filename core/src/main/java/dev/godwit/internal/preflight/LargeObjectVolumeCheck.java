package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** Large objects are few or small, so that nobody notices them in the write pause. */
final class LargeObjectVolumeCheck implements Check {
    private static final int FEW = 10_000;

    private static final long LITTLE_BYTES = 100L * 1024 * 1024;

    private static final String SIZE = """
            SELECT (SELECT count(*) FROM pg_catalog.pg_largeobject_metadata), pg_relation_size('pg_catalog.pg_largeobject'),
                   pg_size_pretty(pg_relation_size('pg_catalog.pg_largeobject'))
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.LARGE_OBJECTS);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        List<String> size = CheckContext.row(context.source(), SIZE);
        if (Long.parseLong(size.get(0)) > FEW || Long.parseLong(size.get(1)) > LITTLE_BYTES) {
            context.add(
                    FindingCode.LARGE_OBJECTS,
                    "pg_largeobject",
                    "the source holds " + size.get(0) + " large object(s) in " + size.get(2)
                            + ", which are in no stream; they are looked through twice within the write pause, and those that"
                            + " have changed are copied again",
                    "few and small ones, or a write pause that is long enough",
                    "raise maxWritePause, or unlink those that nobody needs (vacuumlo finds orphans)");
        }
    }
}
