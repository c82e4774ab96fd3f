package dev.godwit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;

@PostgresPairTest(source = "10", target = "18")
class DatabaseComparisonIT {
    private static final String[] SCHEMA = {
        "CREATE TYPE mood AS ENUM ('sad', 'happy')",
        "CREATE DOMAIN weight AS float4",
        "CREATE TYPE place AS (name text, at float8)",
        "CREATE TABLE t (id int PRIMARY KEY, a text, b text, f8 float8, f4 float4, fs float8[], w weight, p place, pt point,"
                + " m mood, n numeric, ts timestamptz, iv interval, by bytea, c char(5), j jsonb, arr text[])",
        "CREATE TABLE keyless (a int, b text)",
        "CREATE TABLE \"Odd \"\"Name\" (\"Key Ü\" text, k2 int, v text, PRIMARY KEY (\"Key Ü\", k2))",
        "CREATE TABLE parent (id int, v text) PARTITION BY RANGE (id)",
        "CREATE TABLE child PARTITION OF parent FOR VALUES FROM (0) TO (100)",
        "CREATE TABLE nothing ()",
        "CREATE SCHEMA godwit",
        "CREATE TABLE godwit.state (a int)",
        "CREATE SEQUENCE up",
        "CREATE SEQUENCE down INCREMENT BY -2",
    };
    private static final String[] ROWS = {
        "SET extra_float_digits = 3",
        "INSERT INTO t SELECT i, 'a' || i, CASE WHEN i % 3 = 0 THEN NULL ELSE '' END, i / 3.0, i / 7.0, ARRAY[i / 11.0, NULL, 'NaN'],"
                + " i / 13.0, ROW('x', i / 17.0::float8)::place, point(i / 19.0, 0.1), 'happy', i / 3.0::numeric, timestamptz '2020-03-01 12:00:00.123456+00'"
                + " + i * interval '1 hour', i * interval '1 month 1.5 days', decode(md5(i::text), 'hex'), 'x', '{\"b\": 1.0, \"a\": [null]}',"
                + " ARRAY['a,b', NULL, '\"'] FROM generate_series(1, 500) i",
        "INSERT INTO t (id, f8, f4) VALUES (-1, 'NaN', '-Infinity'), (-2, '-0', 0.1), (-3, 1e-300, 3.4e38)",
        "INSERT INTO keyless VALUES (1, 'one'), (1, 'one'), (2, NULL), (NULL, NULL)",
        "INSERT INTO \"Odd \"\"Name\" VALUES ('ä', 1, 'x'), ('ä', 2, 'y'), ('日本', 1, 'z'), ('😀', 1, 'w')",
        "INSERT INTO parent SELECT i, 'v' || i FROM generate_series(0, 99) i",
        "INSERT INTO nothing DEFAULT VALUES",
        "SELECT nextval('up'), nextval('up'), nextval('down')",
    };

    /** Damage to the target, and what must be said about it. */
    private static final String DAMAGES = """
            DELETE FROM t WHERE id = 7 | (7) only in the source
            INSERT INTO t (id) VALUES (1000) | (1000) only in the target
            UPDATE t SET id = 1000 WHERE id = 7 | (7) only in the source; (1000) only in the target
            UPDATE t x SET a = y.a FROM t y WHERE x.id + y.id = 15 AND x.id IN (7, 8) | (7) differs; (8) differs
            INSERT INTO keyless VALUES (2, NULL) | 4 rows in the source, 5 in the target
            INSERT INTO keyless VALUES (2, NULL), (2, NULL) | 4 rows in the source, 6 in the target
            DELETE FROM keyless WHERE ctid = (SELECT min(ctid::text)::tid FROM keyless) | 4 rows in the source, 3 in the target
            UPDATE keyless SET a = 2 WHERE a IS NULL | public.keyless: 4 rows on both sides
            UPDATE "Odd ""Name" SET v = 'q' WHERE "Key Ü" = '日本' | (日本, 1) differs
            UPDATE parent SET v = '' WHERE id = 3 | public.child: 100 rows on both sides
            INSERT INTO nothing DEFAULT VALUES | public.nothing: 1 rows in the source, 2 in the target
            SELECT setval('up', 1) | sequence public.up: the target's next value is 2, the source's 3
            SELECT setval('up', 2, false) | sequence public.up: the target's next value is 2, the source's 3
            SELECT setval('down', -1, false) | sequence public.down: the target's next value is -1, the source's -3
            DROP SEQUENCE up | sequence public.up is missing in the target
            CREATE SEQUENCE more | sequence public.more is missing in the source
            DROP TABLE keyless | table public.keyless is missing in the target
            CREATE TABLE more (a int) | table public.more is missing in the source
            ALTER TABLE keyless ALTER a TYPE bigint | has columns {a=integer, b=text} in the source, {a=bigint, b=text} in the target
            """;

    private static void fill(PostgresPair pair) {
        for (PostgresServer server : new PostgresServer[] {pair.source(), pair.target()}) {
            server.execute("app", SCHEMA);
            server.execute("app", ROWS);
        }
    }

    private static ComparisonReport compare(PostgresPair pair) throws SQLException {
        return DatabaseComparison.between(pair.sourceDataSource(), pair.targetDataSource())
                .run();
    }

    @Test
    void findsNoDifferenceBetweenEqualContentsOfVersionsThatPrintFloatsDifferently(PostgresPair pair)
            throws SQLException {
        fill(pair);
        // neither order of rows, order of columns, session settings nor our own schema matter
        pair.target()
                .execute(
                        "app",
                        "UPDATE t SET a = a WHERE id % 7 = 0",
                        "ALTER TABLE keyless ADD COLUMN c text",
                        "ALTER TABLE keyless DROP COLUMN b",
                        "ALTER TABLE keyless ADD COLUMN b text",
                        "UPDATE keyless SET b = 'one' WHERE a = 1",
                        "ALTER TABLE keyless DROP COLUMN c",
                        "INSERT INTO godwit.state VALUES (1)",
                        "SELECT nextval('up'), nextval('down')",
                        "ALTER DATABASE app SET DateStyle = 'German'",
                        "ALTER DATABASE app SET bytea_output = 'escape'",
                        "ALTER DATABASE app SET extra_float_digits = 0",
                        "ALTER DATABASE app SET IntervalStyle = 'iso_8601'",
                        "ALTER DATABASE app SET TimeZone = 'Asia/Tokyo'");
        ComparisonReport report = compare(pair);
        assertThat(report.differences()).isEmpty();
        report.assertIdentical();
        assertThat(report.tables()).isEqualTo(5);
        assertThat(report.rows()).isEqualTo(500 + 3 + 4 + 4 + 100 + 1);
        assertThat(report.sequences()).isEqualTo(2);
    }

    @Test
    void findsEveryKindOfChange(PostgresPair pair) throws SQLException {
        fill(pair);
        pair.target().execute("app", "CREATE TABLE backup AS TABLE t");
        pair.source().execute("app", "CREATE TABLE backup AS TABLE t");
        assertThat(compare(pair).differences()).isEmpty();
        for (String damage : new String[] {
            "UPDATE t SET a = 'b7' WHERE id = 7",
            "UPDATE t SET a = 'a7 ' WHERE id = 7",
            "UPDATE t SET b = NULL WHERE id = 7",
            "UPDATE t SET b = '' WHERE id = 6",
            "UPDATE t SET a = b, b = a WHERE id = 7",
            "UPDATE t SET f8 = 1.0000000000000002 * f8 WHERE id = 7",
            "UPDATE t SET f4 = float4 '0.10000001' WHERE id = -2",
            "UPDATE t SET f8 = 0 WHERE id = -2",
            "UPDATE t SET fs[1] = 1.0000000000000002 * fs[1] WHERE id = 7",
            "UPDATE t SET w = float4 '0.10000001' WHERE id = 7",
            "UPDATE t SET p.at = 1.0000000000000002 * (p).at WHERE id = 7",
            "UPDATE t SET pt = point(pt[0], 0.10000000000000002) WHERE id = 7",
            "UPDATE t SET m = 'sad' WHERE id = 7",
            "UPDATE t SET n = n * 1.0 WHERE id = 7",
            "UPDATE t SET ts = ts + interval '1 microsecond' WHERE id = 7",
            "UPDATE t SET iv = interval '30 days' WHERE id = 7",
            "UPDATE t SET by = by || '\\x00' WHERE id = 7",
            "UPDATE t SET j = '{\"b\": 1.00, \"a\": [null]}' WHERE id = 7",
            "UPDATE t SET arr = ARRAY['a', 'b', NULL, '\"'] WHERE id = 7",
            "UPDATE t SET arr[2] = 'NULL' WHERE id = 7",
        }) {
            pair.target().execute("app", damage);
            assertThat(compare(pair).differences())
                    .as(damage)
                    .singleElement()
                    .asString()
                    .contains("public.t: 503 rows on both sides", "differs")
                    .containsPattern("\\((7|6|-2)\\)");
            pair.target().execute("app", "TRUNCATE t", "INSERT INTO t TABLE backup");
        }
        assertThat(compare(pair).differences()).as("undone").isEmpty();
    }

    @Test
    void saysWhatDiffers(PostgresPair pair) throws SQLException {
        fill(pair);
        pair.target().createDatabase("undamaged", "app");
        for (String line : DAMAGES.lines().toList()) {
            String damage = line.split(" \\| ")[0];
            String finding = line.split(" \\| ")[1];
            pair.target().execute("app", damage);
            ComparisonReport report = compare(pair);
            assertThat(report.differences())
                    .as(damage)
                    .singleElement()
                    .asString()
                    .contains(finding);
            assertThat(report.isIdentical()).isFalse();
            assertThatThrownBy(report::assertIdentical)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining(finding);
            pair.target().dropDatabase("app");
            pair.target().createDatabase("app", "undamaged");
        }
        assertThat(compare(pair).differences()).as("undone").isEmpty();
    }

    @Test
    void leavesOutWhatItIsToldTo(PostgresPair pair) throws SQLException {
        pair.source()
                .execute("app", "CREATE SCHEMA audit", "CREATE TABLE audit.log (a int)", "CREATE SEQUENCE audit.s");
        assertThat(compare(pair).differences()).hasSize(2);
        assertThat(DatabaseComparison.between(pair.sourceDataSource(), pair.targetDataSource())
                        .excludingSchema("audit")
                        .run()
                        .differences())
                .isEmpty();
    }
}
