package dev.godwit.schema;

import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;

/** Objects that the server lets none but a superuser create. */
final class SuperuserObjects {

    private static final String QUERY = """
            SELECT 'pg_proc'::regclass::oid, p.oid FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
            WHERE p.oid >= @first AND @plain AND (p.proleakproof OR NOT l.lanpltrusted)
            UNION ALL SELECT 'pg_proc'::regclass, a.aggfnoid FROM pg_aggregate a
            WHERE a.aggfnoid >= @first AND 'internal'::regtype IN (a.aggtranstype, a.aggmtranstype)
            UNION ALL SELECT 'pg_type'::regclass, t.oid FROM pg_type t WHERE t.oid >= @first AND t.typtype = 'b'
            UNION ALL SELECT 'pg_cast'::regclass, c.oid FROM pg_cast c WHERE c.oid >= @first AND c.castmethod = 'b'
            UNION ALL SELECT 'pg_am'::regclass, oid FROM pg_am WHERE oid >= @first
            UNION ALL SELECT 'pg_opfamily'::regclass, oid FROM pg_opfamily WHERE oid >= @first
            UNION ALL SELECT 'pg_opclass'::regclass, oid FROM pg_opclass WHERE oid >= @first
            UNION ALL SELECT 'pg_language'::regclass, oid FROM pg_language WHERE oid >= @first
            UNION ALL SELECT 'pg_ts_parser'::regclass, oid FROM pg_ts_parser WHERE oid >= @first
            UNION ALL SELECT 'pg_ts_template'::regclass, oid FROM pg_ts_template WHERE oid >= @first
            UNION ALL SELECT 'pg_foreign_data_wrapper'::regclass, oid FROM pg_foreign_data_wrapper WHERE oid >= @first
            UNION ALL SELECT 'pg_event_trigger'::regclass, oid FROM pg_event_trigger WHERE oid >= @first
            """;

    private SuperuserObjects() {}

    static Set<ObjectId> read(CatalogQuery query) throws SQLException {
        String sql = QUERY.replace("@first", String.valueOf(ObjectId.FIRST_USER_OID))
                .replace("@plain", query.since(11, "p.prokind <> 'a'", "NOT p.proisagg"));
        return new HashSet<>(query.list(sql, row -> new ObjectId(row.getLong(1), row.getLong(2))));
    }
}
