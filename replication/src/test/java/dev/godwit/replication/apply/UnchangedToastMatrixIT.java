package dev.godwit.replication.apply;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Hazard A1: values stored out of line that an update does not touch are not sent, in every replica identity, and stay as
 * they are, whatever becomes of the columns beside them.
 */
@Tag("T2")
final class UnchangedToastMatrixIT {

    /** Column, type, and how a value of it is made from a text that does not compress. */
    private static final Map<String, String[]> COLUMNS = new TreeMap<>(Map.of(
            "c1", new String[] {"text", "%s"},
            "c2", new String[] {"text", "repeat(left(%s, 3000), 12)"},
            "c3", new String[] {"bytea", "convert_to(%s, 'UTF8')"},
            "c4", new String[] {"jsonb", "jsonb_build_object('k', %s, 'n', NULL)"},
            "c5", new String[] {"text[]", "ARRAY[%s, NULL, 'x']"},
            "c6", new String[] {"hstore", "hstore('k', %s)"},
            "c7", new String[] {"xml", "xmlelement(name x, %s)"},
            "c8",
                    new String[] {
                        "numeric", "('1' || left(translate(%1$s || reverse(%1$s), 'abcdef', '123456'), 60000))::numeric"
                    },
            "c9", new String[] {"pair", "ROW(%s, 1)::pair"}));

    /** Of these, EXTERNAL is set; the others are EXTENDED, numeric MAIN, and c2 is stored out of line compressed. */
    private static final List<String> EXTERNAL = List.of("c1", "c3", "c8");

    private static final List<String> TABLES = List.of("by_key", "by_index", "by_row_and_key", "by_row");

    private static String value(String column, String seed, int size) {
        return Objects.requireNonNull(COLUMNS.get(column))[1].formatted("big('" + seed + column + "', " + size + ")");
    }

    private static String[] ddl() {
        List<String> ddl = new ArrayList<>(List.of(
                "CREATE EXTENSION hstore",
                "CREATE TYPE pair AS (a text, b int)",
                "CREATE FUNCTION big(seed text, size int) RETURNS text LANGUAGE sql AS $$"
                        + " SELECT string_agg(md5(seed || i), '') FROM generate_series(1, size / 32) i $$"));
        StringBuilder columns = new StringBuilder("id int NOT NULL, n int");
        COLUMNS.forEach(
                (name, column) -> columns.append(", ").append(name).append(' ').append(column[0]));
        for (String table : TABLES) {
            ddl.add("CREATE TABLE " + table + " (" + columns + ")");
            EXTERNAL.forEach(column -> ddl.add("ALTER TABLE " + table + " ALTER " + column + " SET STORAGE EXTERNAL"));
        }
        ddl.add("ALTER TABLE by_key ADD PRIMARY KEY (id)");
        ddl.add("CREATE UNIQUE INDEX by_id ON by_index (id)");
        ddl.add("ALTER TABLE by_index REPLICA IDENTITY USING INDEX by_id");
        ddl.add("ALTER TABLE by_row_and_key ADD PRIMARY KEY (id), REPLICA IDENTITY FULL");
        ddl.add("ALTER TABLE by_row REPLICA IDENTITY FULL");
        return ddl.toArray(String[]::new);
    }

    @ParameterizedTest
    @MethodSource("dev.godwit.replication.apply.Way#everywhere")
    void keepsEveryTypeUnderEveryIdentity(int from, int to, Way way) throws Exception {
        try (Replica replica = way.replica(from, to, ddl()).started()) {
            for (String table : TABLES) {
                replica.source(insert(table, "generate_series(1, 99) i"));
                for (String column : COLUMNS.keySet()) {
                    replica.source("UPDATE " + table + " SET " + column + " = NULL WHERE id = 3" + column.charAt(1));
                }
            }
            assertThat(outOfLineKilobytes(replica)).isGreaterThan(99 * 80);
            for (String table : TABLES) {
                way.bring(replica, () -> {
                    for (String column : COLUMNS.keySet()) {
                        change(replica, table, column);
                    }
                    replica.source("UPDATE " + table + " SET n = n + 1 WHERE id % 9 = 0");
                });
            }
            assertSame(replica);
        }
    }

    private static String insert(String table, String ids) {
        StringBuilder values = new StringBuilder();
        COLUMNS.keySet().forEach(column -> values.append(", ").append(value(column, "v", 9500)));
        return "INSERT INTO " + table + " SELECT i, 0" + values + " FROM " + ids;
    }

    /** Every column has rows of its own, told by the last digit. */
    private static void change(Replica replica, String table, String column) throws Exception {
        String digit = column.substring(1);
        String set = "UPDATE " + table + " SET ";
        replica.source(
                set + column + " = " + value(column, "w", 9000) + " WHERE id = 1" + digit,
                set + column + " = NULL WHERE id = 2" + digit,
                set + column + " = " + value(column, "w", 8500) + " WHERE id = 3" + digit,
                set + "n = 4 WHERE id = 4" + digit,
                set + "n = n, id = id WHERE id = 4" + digit,
                set + "id = id + 100 WHERE id = 5" + digit,
                set + "id = id + 100, " + column + " = NULL WHERE id = 6" + digit);
        replica.sourceTransaction(
                set + "n = 1 WHERE id = 7" + digit,
                set + column + " = " + value(column, "x", 9100) + " WHERE id = 7" + digit,
                set + "n = 2 WHERE id = 7" + digit,
                set + "id = 17" + digit + " WHERE id = 7" + digit,
                set + "n = 3 WHERE id = 17" + digit,
                set + column + " = NULL WHERE id = 17" + digit,
                set + column + " = " + value(column, "y", 9200) + ", n = 4 WHERE id = 17" + digit,
                set + "n = 5 WHERE id = 17" + digit);
        replica.sourceTransaction(
                insert(table, "(VALUES (20" + digit + ")) v (i)"),
                set + "n = 1 WHERE id = 20" + digit,
                set + "id = 21" + digit + " WHERE id = 20" + digit,
                set + column + " = NULL WHERE id = 21" + digit,
                "DELETE FROM " + table + " WHERE id = 8" + digit,
                set + "id = 8" + digit + " WHERE id = 21" + digit,
                set + "n = 2 WHERE id = 9" + digit,
                "DELETE FROM " + table + " WHERE id = 9" + digit);
    }

    @Test
    void keepsValuesOfMoreThanAMegabyte() throws Exception {
        try (Replica replica = Replica.of(13, 17, ddl()).started()) {
            for (String table : TABLES) {
                for (String column : COLUMNS.keySet()) {
                    String id = column.substring(1);
                    String set = "UPDATE " + table + " SET ";
                    replica.source("INSERT INTO " + table + " (id, " + column + ") VALUES (" + id + ", "
                            + value(column, "v", 1_200_000) + ")");
                    replica.sourceTransaction(
                            set + "n = 1 WHERE id = " + id,
                            set + "id = 1" + id + " WHERE id = " + id,
                            set + "n = 2, c1 = coalesce(c1, 'short') WHERE id = 1" + id);
                }
            }
            assertSame(replica);
            assertThat(replica.targetQuery(
                            "SELECT greatest(length(c1), length(c3), length(c4::text), length(c5[1]), length(c7::text)) >= 1199000"
                                    + " FROM by_row WHERE id IN (11, 13, 14, 15, 17)"))
                    .containsOnly("t")
                    .hasSize(5);
        }
    }

    private static long outOfLineKilobytes(Replica replica) throws Exception {
        return Long.parseLong(replica.sourceQuery("SELECT min(pg_relation_size(reltoastrelid)) / 1024 FROM pg_class"
                        + " WHERE relname IN ('" + String.join("', '", TABLES) + "')")
                .get(0));
    }

    private static void assertSame(Replica replica) throws Exception {
        replica.sync();
        for (String table : TABLES) {
            StringBuilder row = new StringBuilder("SELECT concat_ws(' ', id, n");
            for (String column : COLUMNS.keySet()) {
                row.append(", coalesce(md5(").append(column).append("::text), 'null')");
            }
            String rows = row + ") FROM " + table + " ORDER BY id";
            assertThat(replica.targetQuery(rows)).as(table).isEqualTo(replica.sourceQuery(rows));
        }
    }
}
