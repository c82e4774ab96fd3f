package dev.godwit.internal.verify;

import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A small database of many types, made alike on both servers but for what does not matter. Writers keep to rows of their own, so that
 * the others can be damaged while a migration goes on.
 */
public final class DamagedDatabase {
    /** How many write, at most. */
    public static final int WRITERS = 3;

    /** A table of an odd name, as it stands in SQL. */
    static final String ODD = "\"odd \"\"S\".\"t.a\"\"b\"";

    private static final List<String> SCHEMA = List.of(
            "CREATE TYPE mood AS ENUM ('sad', 'it''s, \"ok\"', 'NULL')",
            "CREATE TYPE pair AS (a text, b float8, c text[])",
            "CREATE TYPE shift AS RANGE (subtype = float8)",
            "CREATE DOMAIN label AS text",
            "CREATE DOMAIN ratio AS float8",
            "CREATE SCHEMA \"odd \"\"S\"",
            "CREATE SEQUENCE upwards",
            "CREATE SEQUENCE downwards INCREMENT -3",
            "CREATE SEQUENCE unused",
            """
            CREATE TABLE scalars (id int PRIMARY KEY, v text, n numeric, f float8, g float4, b bytea, t timestamptz, d date, ok bool,
                c char(5), m mood, u uuid, i interval, cash money, bits varbit(20), net inet, small int2, big int8, nm name,
                one "char", l label, r ratio)
            """,
            """
            CREATE TABLE nested (id bigint PRIMARY KEY, a int[], fa float8[], ta text[], p pair, s shift, r int4range, j json, jb jsonb,
                tv tsvector, pt point)
            """,
            "CREATE TABLE texts (k text, l int, v varchar(50), PRIMARY KEY (k, l))",
            "CREATE TABLE keyless (a int, b text)",
            "CREATE TABLE " + ODD + " (id int PRIMARY KEY, \"c,\"\"d\" text, godwit_h text, k text, h int)",
            "CREATE TABLE parent (id int PRIMARY KEY, v text CONSTRAINT parent_v CHECK (v <> 'none'))",
            "CREATE TABLE child (w int) INHERITS (parent)",
            "CREATE TABLE parted (id int, v text) PARTITION BY RANGE (id)",
            "CREATE TABLE nothing ()",
            "CREATE TABLE empty (id int PRIMARY KEY)",
            "CREATE TABLE wide (" + columns(300) + ")",
            "CREATE TABLE many (id bigint PRIMARY KEY, v text)",
            "CREATE INDEX many_v ON many (v)",
            "CREATE TABLE scattered (u uuid PRIMARY KEY, v text)",
            "CREATE TABLE heap (v text)",
            "ALTER TABLE keyless REPLICA IDENTITY FULL",
            "ALTER TABLE child REPLICA IDENTITY FULL",
            "ALTER TABLE nothing REPLICA IDENTITY FULL",
            "ALTER TABLE heap REPLICA IDENTITY FULL",
            "SELECT nextval('upwards'), nextval('upwards'), nextval('downwards'), nextval('downwards')");

    /** Which rows of a table are not the writers', where there are others. */
    private static final Map<String, String> ORIGINAL = Map.of(
            "scalars",
            "id < 10000",
            "nested",
            "id < 10000",
            "texts",
            "l < 10000",
            "keyless",
            "a < 1000",
            ODD,
            "id < 10000",
            "parent",
            "id < 10000",
            "child",
            "id < 10000",
            "wide",
            "id < 10000");

    /** What makes the rows of a table, by its name. */
    private static final Map<String, String> ROWS = new TreeMap<>(Map.of(
            "scalars",
            """
            SELECT i, CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN '' ELSE 'v' || i END, i / 7.0,
                   CASE i WHEN 2 THEN 'NaN' WHEN 40 THEN 0 ELSE sin(i) END, cos(i)::float4, decode(md5(i::text), 'hex'),
                   '2020-01-01'::timestamptz + i * interval '1 hour', '2020-01-01'::date + i, i % 3 = 0, 'c' || i,
                   (ARRAY['sad', 'it''s, "ok"', 'NULL'])[1 + i % 3]::mood, md5(i::text)::uuid, i * interval '1 minute',
                   i::numeric::money, i::bit(12)::varbit, '10.0.0.1'::inet + i, i, i * 1000000007::bigint, 'n' || i,
                   chr(64 + i % 20)::"char", 'l' || i, exp(-i::float8)
              FROM generate_series(1, 40) i
            """,
            "nested",
            """
            SELECT i, ARRAY[i, CASE i WHEN 1 THEN 7 END, i + 1], ARRAY[sin(i), NULL, 'NaN'], ARRAY['x' || i, '', NULL],
                   CASE i WHEN 30 THEN ROW(NULL, NULL, NULL)::pair ELSE ROW('p' || i, sqrt(i), ARRAY['q'])::pair END,
                   shift(i::float8, i + 0.1::float8), int4range(i, i + 5), json_build_object('k', i, 'l', 'x'),
                   jsonb_build_object('k', i), ('w' || i)::tsvector, point(sin(i), i)
              FROM generate_series(1, 30) i
            """,
            "texts",
            "SELECT chr(65 + i % 26) || 'é' || i, i, 'v' || i FROM generate_series(1, 60) i",
            "keyless",
            "SELECT i % 10, CASE WHEN i % 5 = 0 THEN NULL ELSE 'b' || i % 4 END FROM generate_series(1, 50) i",
            ODD,
            "SELECT i, 'c' || i, 'h' || i, 'k', i FROM generate_series(1, 40) i",
            "parent",
            "SELECT i, 'p' || i FROM generate_series(1, 10) i",
            "child",
            "SELECT i, 'c', i FROM generate_series(1, 5) i",
            "nothing",
            "SELECT FROM generate_series(1, 3)",
            "wide",
            "SELECT i FROM generate_series(1, 2) i"));

    static {
        for (int i = 0; i < 3; i++) {
            ROWS.put("parted_" + i, "SELECT i, 'v' || i FROM generate_series(" + i * 10 + ", " + (i * 10 + 9) + ") i");
        }
        ROWS.put("many", "SELECT i, md5(i::text) FROM generate_series(1, 6050) i");
        ROWS.put("scattered", "SELECT md5(i::text)::uuid, 'v' || i FROM generate_series(1, 6000) i");
        ROWS.put("heap", "SELECT md5((i % 2000)::text) FROM generate_series(1, 6000) i");
    }

    private DamagedDatabase() {}

    /** Creates it on the source alone. */
    public static void createSource(PostgresPair pair) {
        create(pair.source(), pair.database(), "");
    }

    static void create(PostgresPair pair) {
        createSource(pair);
        create(pair.target(), pair.database(), " DESC");
        // These have the same values, though not the same bytes.
        pair.source()
                .execute(
                        pair.database(),
                        "UPDATE scalars SET f = 'Infinity'::float8 - 'Infinity'::float8 WHERE id = 2",
                        "UPDATE nested SET a = ARRAY[1, NULL, 2] WHERE id = 1",
                        "UPDATE nested SET a[2] = 7 WHERE id = 1");
        pair.target()
                .execute(
                        pair.database(),
                        "ALTER TABLE texts ALTER v SET STORAGE PLAIN",
                        "UPDATE texts SET v = v",
                        "ALTER TABLE texts ALTER v SET STORAGE EXTENDED");
    }

    private static void create(PostgresServer server, String database, String order) {
        List<String> sql = new ArrayList<>(SCHEMA);
        for (int i = 0; i < 3; i++) {
            sql.add("CREATE TABLE parted_" + i + " PARTITION OF parted FOR VALUES FROM (" + i * 10 + ") TO ("
                    + (i + 1) * 10 + ")");
            sql.add("ALTER TABLE parted_" + i + " ADD PRIMARY KEY (id)");
        }
        sql.add(
                "CREATE TABLE parted_written PARTITION OF parted (PRIMARY KEY (id)) FOR VALUES FROM (10000) TO (2000000000)");
        ROWS.forEach((table, rows) -> sql.add(
                table.equals("nothing")
                        ? "INSERT INTO " + table + " " + rows
                        : "INSERT INTO " + table + " SELECT * FROM (" + rows + ") s ORDER BY 1" + order));
        sql.add("ANALYZE");
        server.execute(database, sql.toArray(String[]::new));
    }

    /** Gives what makes a table anew as it was. */
    static List<String> refill(String table) {
        String rows = ROWS.get(table);
        if (rows == null) {
            throw new IllegalArgumentException("no table " + table);
        }
        String original = ORIGINAL.getOrDefault(table, "true");
        return List.of("DELETE FROM ONLY " + table + " WHERE " + original, "INSERT INTO " + table + " " + rows);
    }

    /**
     * Gives a transaction of a writer, in rows that nobody damages and no other writer writes.
     *
     * @param number of all transactions; a writer's follow one another at a distance of {@link #WRITERS}
     */
    public static String transaction(int number) {
        int fresh = 10_000 + number;
        int recent = fresh - WRITERS;
        int old = fresh - 14 * WRITERS;
        int group = 1000 + number % WRITERS * 10;
        List<String> sql = new ArrayList<>(List.of(
                "BEGIN",
                "INSERT INTO scalars (id, v, f, n, ok) VALUES (" + fresh + ", 'w ', " + number + " / 7.0, 1.10, NULL)",
                "UPDATE scalars SET f = -f, v = NULLIF(v, 'w '), n = n * 1.0 WHERE id = " + recent,
                "DELETE FROM scalars WHERE id = " + old,
                "INSERT INTO nested (id, a, fa, jb) VALUES (" + fresh + ", '{1,NULL}', '{NaN}', '{\"k\": 1.0}')",
                "UPDATE nested SET fa = fa || '-0'::float8, a = NULL WHERE id = " + recent,
                "DELETE FROM nested WHERE id = " + old,
                "INSERT INTO texts VALUES ('w " + number + "', " + fresh + ", '')",
                "UPDATE texts SET k = k || ' ' WHERE l = " + recent,
                "DELETE FROM texts WHERE l = " + old,
                "INSERT INTO keyless SELECT " + (group + number % 7) + ", 'w' FROM generate_series(1, 2)",
                "UPDATE keyless SET b = b || ' ' WHERE a = " + (group + (number + 3) % 7),
                "DELETE FROM keyless WHERE a = " + (group + (number + 5) % 7),
                "INSERT INTO " + ODD + " VALUES (" + fresh + ", 'c', 'c', 'k', 1)",
                "UPDATE " + ODD + " SET id = id + 100000000 WHERE id = " + recent,
                "DELETE FROM " + ODD + " WHERE id = 100000000 + " + old,
                "INSERT INTO wide (id) VALUES (" + fresh + ")",
                "DELETE FROM wide WHERE id = " + old,
                "INSERT INTO parted VALUES (" + fresh + ", 'w')",
                "DELETE FROM parted WHERE id = " + old,
                "UPDATE many SET v = md5(v) WHERE id = " + (6001 + number % (16 * WRITERS)),
                "DELETE FROM scattered WHERE u = md5('w" + old + "')::uuid",
                "INSERT INTO scattered VALUES (md5('w" + fresh + "')::uuid, 'w')"));
        // These grow.
        if (number % 50 == 0) {
            sql.add("INSERT INTO heap VALUES ('w')");
            sql.add("INSERT INTO child VALUES (" + fresh + ", 'w', 1)");
        }
        sql.add("COMMIT");
        return String.join("; ", sql);
    }

    /** Gives the first column of the key of table texts, by the second. */
    static String textKey(int l) {
        return (char) (65 + l % 26) + "é" + l;
    }

    private static String columns(int number) {
        StringBuilder columns = new StringBuilder("id int PRIMARY KEY");
        for (int i = 1; i < number; i++) {
            columns.append(", c").append(i).append(i % 2 == 0 ? " int DEFAULT ".concat(String.valueOf(i)) : " text");
        }
        return columns.toString();
    }
}
