package dev.godwit.bench;

import dev.godwit.testkit.PostgresServer;
import java.util.ArrayList;
import java.util.List;

/** What two equal databases have in common: each table's rows and their hash, valid indexes and constraints. */
final class Contents {
    private static final String OBJECTS = "SELECT 'index ' || indexrelid::regclass FROM pg_index i"
            + " JOIN pg_class c ON c.oid = i.indrelid WHERE c.relnamespace = 'public'::regnamespace AND i.indisvalid"
            + " UNION ALL SELECT 'constraint ' || conrelid::regclass || ' ' || pg_get_constraintdef(oid)"
            + " FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND convalidated ORDER BY 1";

    private Contents() {}

    static List<String> of(PostgresServer server, String database) {
        List<String> contents = new ArrayList<>(server.query(database, OBJECTS));
        List<String> queries = server.query(
                database,
                "SELECT format('SELECT %L || count(*) || '' '' || coalesce(sum(hashtextextended(t::text, 0)), 0) FROM %I t',"
                        + " relname || ': ', relname) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
                        + " AND relkind = 'r' ORDER BY relname");
        for (int from = 0; from < queries.size(); from += 100) {
            contents.addAll(server.query(
                    database, String.join(" UNION ALL ", queries.subList(from, Math.min(queries.size(), from + 100)))));
        }
        return contents;
    }
}
