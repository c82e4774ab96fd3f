package dev.godwit.replication.bench;

import java.sql.PreparedStatement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Many small transactions over 100 tables, each of 5 changes of rows in random tables: 30% inserts, 45% updates that leave the
 * large value alone, 8% that change it, 10% deletes, 7% changes of the key. One row in ten has a value out of line.
 */
final class MixedWorkload {

    private static final int TRANSACTIONS = 50_000;
    private static final int TABLES = 100;
    private static final int ROWS = 1000;
    private static final String COLUMNS = "(id bigint PRIMARY KEY, version int NOT NULL, name text, payload text,"
            + " amount numeric(12,2), updated timestamptz)";
    private static final String LARGE = "repeat(md5(%s::text), 128)";

    /** Written on the server, where it needs no round trips. New keys count up from a base of each run. */
    private static final String PROCEDURE = """
            CREATE PROCEDURE bench_mixed(transactions int, base bigint, seed double precision) LANGUAGE plpgsql AS $$
            DECLARE
                dice double precision;
                key bigint;
                fresh bigint := base;
                name text;
            BEGIN
                PERFORM setseed(seed);
                FOR i IN 1 .. transactions LOOP
                    FOR j IN 1 .. 5 LOOP
                        name := 'mixed_' || (1 + floor(random() * 100))::int;
                        dice := random();
                        fresh := fresh + 1;
                        EXECUTE 'SELECT id FROM ' || name || ' WHERE id >= $1 ORDER BY id LIMIT 1'
                            INTO key USING CASE WHEN random() < 0.5 THEN 1000 * random() ELSE base + (fresh - base) * random() END::bigint;
                        IF key IS NULL OR dice < 0.30 THEN
                            EXECUTE 'INSERT INTO ' || name || ' VALUES ($1, 1, $2, $3, $4, $5)'
                                USING fresh, 'name ' || fresh,
                                    CASE WHEN random() < 0.1 THEN repeat(md5(fresh::text), 128) END,
                                    fresh % 100000 / 100.0, clock_timestamp();
                        ELSIF dice < 0.75 THEN
                            EXECUTE 'UPDATE ' || name || ' SET version = version + 1, amount = $2, updated = $3 WHERE id = $1'
                                USING key, i / 100.0, clock_timestamp();
                        ELSIF dice < 0.83 THEN
                            EXECUTE 'UPDATE ' || name || ' SET version = version + 1, payload = $2 WHERE id = $1'
                                USING key, repeat(md5(fresh::text), 128);
                        ELSIF dice < 0.93 THEN
                            EXECUTE 'DELETE FROM ' || name || ' WHERE id = $1' USING key;
                        ELSE
                            EXECUTE 'UPDATE ' || name || ' SET id = $2 WHERE id = $1' USING key, fresh;
                        END IF;
                    END LOOP;
                    COMMIT;
                END LOOP;
            END $$""";

    private MixedWorkload() {}

    static Family family() {
        List<String> setup = new ArrayList<>();
        IntStream.rangeClosed(1, TABLES).forEach(number -> {
            String table = "mixed_" + number;
            setup.add("CREATE TABLE " + table + " " + COLUMNS);
            setup.add("ALTER TABLE " + table + " ALTER payload SET STORAGE external");
            setup.add("INSERT INTO " + table + " SELECT g, 0, 'name ' || g, CASE WHEN g % 10 = 0 THEN "
                    + LARGE.formatted("g") + " END, g / 100.0, '2026-01-01 00:00+00' FROM generate_series(1, " + ROWS
                    + ") g");
            setup.add("CREATE INDEX ON " + table + " (name)");
        });
        setup.add(PROCEDURE);
        return new Family("mixed", setup);
    }

    static Workload workload(BenchOptions options, Family family) {
        int transactions = options.scaled(TRANSACTIONS);
        return new Workload("mixed", family, database -> {}, (database, session, share, round) -> {
            try (PreparedStatement call = session.prepareStatement("CALL bench_mixed(?, ?, ?)")) {
                call.setInt(1, (int) Math.max(1, Math.round(transactions * share)));
                call.setLong(2, (round + 1) * 1_000_000L);
                call.setDouble(3, 1.0 / (round + 2));
                call.execute();
            }
        });
    }
}
