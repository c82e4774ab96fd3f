package dev.godwit.replication.apply;

import dev.godwit.replication.apply.RandomTable.Traits;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tables of the random workload: every way in which a row can be told from others, and what makes applying hard. */
final class RandomTables {

    private static final String TEXT = "'k''\\ é' || #";
    private static final String LONG = "(SELECT string_agg(md5((#)::text || g), '') FROM generate_series(1, 150) g)";
    private static final Map<String, String> NUMBERED = columns("id", "#");
    private static final Map<String, String> SMALL =
            columns("n", "(#) % 13", "v", "CASE (#) % 5 WHEN 0 THEN NULL WHEN 1 THEN '' ELSE 'v' || (#) END");
    private static final Map<String, String> TYPED = columns(
            "n",
            "(#) % 13",
            "amount",
            "(#) / 7.0",
            "at",
            "timestamptz '2020-01-01Z' + (#) * interval '1 minute'",
            "code",
            "NULL");
    private static final Map<String, String> LARGE =
            columns("n", "(#) % 13", "big", LONG, "raw", "convert_to(" + LONG + ", 'UTF8')", "v", "'v' || (#)");

    private RandomTables() {}

    /** In this order, so that a seed gives the same statements in every JVM. */
    private static Map<String, String> columns(String... namesAndExpressions) {
        Map<String, String> columns = new LinkedHashMap<>();
        for (int i = 0; i < namesAndExpressions.length; i += 2) {
            columns.put(namesAndExpressions[i], namesAndExpressions[i + 1]);
        }
        return columns;
    }

    /** The tables, on a source of this version. */
    static List<RandomTable> all(int sourceMajor) {
        Traits plain = Traits.plain();
        List<RandomTable> tables = new ArrayList<>();
        tables.add(new RandomTable("t_int", NUMBERED, TYPED, plain.withCode()));
        tables.add(new RandomTable(
                "t_uuid",
                columns("id", "('00000000-0000-0000-0000-' || lpad(to_hex(#), 12, '0'))::uuid"),
                SMALL,
                plain));
        tables.add(new RandomTable("t_text", columns("id", TEXT), SMALL, plain));
        tables.add(new RandomTable("t_composite", columns("a", "(#) % 5", "b", TEXT), TYPED, plain.withCode()));
        tables.add(new RandomTable("t_none", NUMBERED, SMALL, plain.withDuplicates()));
        tables.add(new RandomTable(
                "t_index",
                columns("slug", TEXT),
                columns("id", "#", "n", "(#) % 13", "v", "'v' || (#)"),
                plain.upTo(1000)));
        tables.add(new RandomTable(
                "t_full",
                NUMBERED,
                columns("n", "(#) % 13", "j", "('{\"a\": ' || (#) || '}')::json", "f", "(#) / 3.0", "code", "NULL"),
                plain.withCode().upTo(1000)));
        tables.add(new RandomTable("t_identity", NUMBERED, SMALL, plain.fixedKey()));
        tables.add(new RandomTable("t_wide", NUMBERED, LARGE, plain.upTo(40)));
        tables.add(new RandomTable("t_wide_full", NUMBERED, LARGE, plain.upTo(40)));
        tables.add(new RandomTable("t_position", NUMBERED, columns("n", "(#) % 13", "pos", "#"), plain.withPosition()));
        tables.add(new RandomTable(
                "t_citext",
                columns("id", "(CASE (#) % 2 WHEN 0 THEN 'Key' ELSE 'kEY' END || (#))::citext"),
                SMALL,
                plain.upTo(300)));
        tables.add(new RandomTable("t_parent", NUMBERED, SMALL, plain.upTo(300)));
        tables.add(new RandomTable(
                "t_child",
                NUMBERED,
                columns("n", "(#) % 13", "parent", "(SELECT max(id) FROM t_parent WHERE id <= (#))"),
                plain.upTo(20)));
        tables.add(new RandomTable(
                "t_part",
                sourceMajor >= 11 ? columns("id", "#", "region", "(#) % 3") : NUMBERED,
                SMALL,
                sourceMajor >= 11 ? plain : plain.fixedKey()));
        return tables;
    }

    static String[] ddl(int sourceMajor) {
        List<String> ddl = new ArrayList<>(List.of(
                "CREATE EXTENSION citext SCHEMA public",
                "CREATE TABLE t_int (id int PRIMARY KEY, num int, n int, amount numeric(20,5), at timestamptz,"
                        + " code text UNIQUE)",
                "CREATE TABLE t_uuid (num int, v text, n int, id uuid PRIMARY KEY)",
                "CREATE TABLE t_text (id text PRIMARY KEY, num int, n int, v text)",
                "CREATE TABLE t_composite (num int, b text, n int, amount numeric(20,5), at timestamptz,"
                        + " code text UNIQUE, a int, PRIMARY KEY (a, b))",
                "CREATE TABLE t_none (id int, num int, n int, v text)",
                "ALTER TABLE t_none REPLICA IDENTITY FULL",
                "CREATE TABLE t_index (id int PRIMARY KEY, num int, n int, v text, slug text NOT NULL)",
                "CREATE UNIQUE INDEX t_index_slug ON t_index (slug)",
                "ALTER TABLE t_index REPLICA IDENTITY USING INDEX t_index_slug",
                "CREATE TABLE t_full (id int PRIMARY KEY, num int, n int, j json, f float8, code text UNIQUE)",
                "ALTER TABLE t_full REPLICA IDENTITY FULL",
                "CREATE TABLE t_identity (id int PRIMARY KEY GENERATED ALWAYS AS IDENTITY, num int, n int, v text)"));
        for (String wide : List.of("t_wide", "t_wide_full")) {
            ddl.add("CREATE TABLE " + wide + " (id int PRIMARY KEY, num int, n int, v text, big text, raw bytea)");
            ddl.add("ALTER TABLE " + wide + " ALTER big SET STORAGE EXTERNAL, ALTER raw SET STORAGE EXTERNAL");
        }
        ddl.addAll(List.of(
                "ALTER TABLE t_wide_full REPLICA IDENTITY FULL",
                "CREATE TABLE t_position (id int PRIMARY KEY, num int, n int,"
                        + " pos int UNIQUE DEFERRABLE INITIALLY DEFERRED)",
                "CREATE TABLE t_citext (id citext PRIMARY KEY, num int, n int, v text)",
                "CREATE TABLE t_parent (id int PRIMARY KEY, num int, n int, v text)",
                "CREATE TABLE t_child (id int PRIMARY KEY, num int, n int,"
                        + " parent int REFERENCES t_parent ON DELETE CASCADE ON UPDATE CASCADE)",
                "CREATE TABLE t_part (id int NOT NULL, region int, num int, n int, v text)"
                        + (sourceMajor >= 11 ? " PARTITION BY LIST (region)" : " PARTITION BY RANGE (num)")));
        for (int i = 0; i < 3; i++) {
            ddl.add("CREATE TABLE t_part_" + i + " PARTITION OF t_part FOR VALUES "
                    + (sourceMajor >= 11
                            ? "IN (" + i + ")"
                            : "FROM (" + (i == 0 ? "MINVALUE" : Integer.toString(i * RandomWriter.NUMBERS)) + ") TO ("
                                    + (i == 2 ? "MAXVALUE" : Integer.toString((i + 1) * RandomWriter.NUMBERS)) + ")"));
            ddl.add("ALTER TABLE t_part_" + i + " ADD PRIMARY KEY (id" + (sourceMajor >= 11 ? ", region)" : ")"));
        }
        return ddl.toArray(String[]::new);
    }
}
