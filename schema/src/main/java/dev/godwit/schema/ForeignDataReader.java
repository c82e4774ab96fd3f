package dev.godwit.schema;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Foreign data wrappers, foreign servers and user mappings. */
final class ForeignDataReader implements ObjectReader {

    /** Options of user mappings that are no secrets. */
    private static final String HARMLESS = "split_part(o, '=', 1) IN ('user', 'username', 'password_required')";

    private final CatalogQuery query;
    private final Predicate<String> roleExists;
    private final boolean withSecrets;
    private final List<String> notes = new ArrayList<>();

    ForeignDataReader(CatalogQuery query, Predicate<String> roleExists, boolean withSecrets) {
        this.query = query;
        this.roleExists = roleExists;
        this.withSecrets = withSecrets;
    }

    private record Mapping(
            SchemaObject object,
            @Nullable String role,
            @Nullable String secrets) {}

    /** What of user mappings is left out. */
    List<String> notes() {
        return notes;
    }

    @Override
    public List<SchemaObject> read() throws SQLException {
        List<SchemaObject> objects = new ArrayList<>();
        objects.addAll(wrappers());
        objects.addAll(servers());
        for (Mapping mapping : mappings()) {
            String label = mapping.object().label();
            if (mapping.role() != null && !roleExists.test(mapping.role())) {
                notes.add(label + ": the target lacks the role " + mapping.role());
                continue;
            }
            objects.add(mapping.object());
            if (mapping.secrets() != null) {
                notes.add(label + ": its options " + mapping.secrets()
                        + ", which may be secrets (they are carried with the" + " option userMappingSecrets)");
            }
        }
        return objects;
    }

    private List<SchemaObject> wrappers() throws SQLException {
        String sql = """
                SELECT w.oid, quote_ident(w.fdwname), format('CREATE FOREIGN DATA WRAPPER %I', w.fdwname)
                       || CASE WHEN w.fdwhandler <> 0 THEN format(' HANDLER %s', w.fdwhandler::regproc) ELSE '' END
                       || CASE WHEN w.fdwvalidator <> 0 THEN format(' VALIDATOR %s', w.fdwvalidator::regproc) ELSE '' END
                       || COALESCE(' OPTIONS (' || @options || ')', '') || ';'
                FROM pg_foreign_data_wrapper w WHERE @own
                """.replace("@options", SqlText.foreignOptions("w.fdwoptions", "true"))
                .replace("@own", CatalogQuery.usersOwn("pg_foreign_data_wrapper", "w.oid"));
        return query.objects(ObjectKind.FOREIGN_DATA_WRAPPER, ObjectId.FOREIGN_DATA_WRAPPER, sql);
    }

    private List<SchemaObject> servers() throws SQLException {
        String sql = """
                SELECT s.oid, quote_ident(s.srvname), format('CREATE SERVER %I', s.srvname)
                       || COALESCE(' TYPE ' || quote_literal(s.srvtype), '')
                       || COALESCE(' VERSION ' || quote_literal(s.srvversion), '')
                       || format(' FOREIGN DATA WRAPPER %I', w.fdwname)
                       || COALESCE(' OPTIONS (' || @options || ')', '') || ';'
                FROM pg_foreign_server s JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw WHERE @own
                """.replace("@options", SqlText.foreignOptions("s.srvoptions", "true"))
                .replace("@own", CatalogQuery.usersOwn("pg_foreign_server", "s.oid"));
        return query.objects(ObjectKind.SERVER, ObjectId.SERVER, sql);
    }

    /** The view hides options from roles that may not know them; the catalog itself is for superusers. */
    private List<Mapping> mappings() throws SQLException {
        String sql = """
                SELECT u.umid, u.srvid, u.umuser, @identity,
                       format('CREATE USER MAPPING FOR %s SERVER %I', r.role, u.srvname)
                       || COALESCE(' OPTIONS (' || @options || ')', '') || ';',
                       (SELECT string_agg(split_part(o, '=', 1), ', ') FROM unnest(u.umoptions) o WHERE NOT (@carried)),
                       CASE WHEN u.umuser <> 0 THEN pg_get_userbyid(u.umuser) END
                FROM pg_user_mappings u
                CROSS JOIN LATERAL (SELECT CASE WHEN u.umuser = 0 THEN 'PUBLIC'
                                                ELSE quote_ident(pg_get_userbyid(u.umuser)) END AS role) r
                WHERE @own
                """.replace("@identity", SqlText.identity("pg_user_mapping", "u.umid"))
                .replace("@options", SqlText.foreignOptions("u.umoptions", "@carried"))
                .replace("@carried", withSecrets ? "true" : HARMLESS)
                .replace("@own", CatalogQuery.usersOwn("pg_user_mapping", "u.umid"));
        return query.list(
                sql,
                row -> new Mapping(
                        SchemaObject.of(
                                        ObjectKind.USER_MAPPING,
                                        new ObjectId(ObjectId.USER_MAPPING, row.getLong(1)),
                                        row.getString(4),
                                        row.getString(5))
                                .requiring(new ObjectId(ObjectId.SERVER, row.getLong(2))),
                        row.getString(7),
                        row.getString(6)));
    }
}
