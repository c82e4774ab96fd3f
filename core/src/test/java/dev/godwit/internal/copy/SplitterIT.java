package dev.godwit.internal.copy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.copy.Throttles;
import dev.godwit.internal.plan.CopySettings;
import dev.godwit.schema.CatalogReader;
import dev.godwit.schema.Table;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every row is in one part, whatever orders its key. */
@PostgresPairTest(source = "13", target = "17")
final class SplitterIT {
    private static final Splitter SPLITTER =
            new Splitter(new CopySettings(2, null, 0, 1 << 20, 1 << 20, Throttles.none()), 0);

    @Test
    void partsByKeysThatTheServerOrdersAndNoOthers(PostgresPair pair) throws SQLException {
        pair.source()
                .execute(
                        pair.database(),
                        "CREATE EXTENSION citext",
                        "CREATE EXTENSION ltree",
                        "CREATE TYPE shade AS ENUM ('dark', 'bright')",
                        "CREATE DOMAIN mail AS citext",
                        "CREATE DOMAIN code AS varchar(40)",
                        "CREATE TABLE plain (s shade, k code, n int[], PRIMARY KEY (s, n, k))",
                        "INSERT INTO plain SELECT 'dark', md5(i::text), ARRAY[i % 3] FROM generate_series(1, 2000) i",
                        "CREATE TABLE cased (k citext PRIMARY KEY)",
                        "CREATE TABLE mailed (n int, k mail, PRIMARY KEY (n, k))",
                        "INSERT INTO cased SELECT CASE i % 2 WHEN 0 THEN upper(k) ELSE k END FROM (SELECT i,"
                                + " translate(md5(i::text), '0123456789', 'ghijklmnop') AS k FROM generate_series(1, 2000) i) s",
                        "INSERT INTO mailed SELECT 1, k FROM cased",
                        "CREATE TABLE placed (k ltree PRIMARY KEY)",
                        "INSERT INTO placed SELECT i::text::ltree FROM generate_series(1, 2000) i",
                        "ANALYZE");
        try (Connection source = pair.connectSource();
                Statement statement = source.createStatement()) {
            statement.execute("SET search_path = ''");
            assertThat(counts(source, "plain"))
                    .hasSize(4)
                    .doesNotContain(0L)
                    .satisfies(counts -> assertThat(
                                    counts.stream().mapToLong(Long::longValue).sum())
                            .isEqualTo(2_000));
            assertThat(counts(source, "cased")).isEmpty();
            assertThat(counts(source, "mailed")).isEmpty();
            assertThat(counts(source, "placed")).isEmpty();
        }
    }

    /** Gives the number of rows of each part. */
    private static List<Long> counts(Connection source, String name) throws SQLException {
        Table table = CatalogReader.read(source, known -> known.name().equals(name))
                .tables()
                .get(0);
        List<Long> counts = new ArrayList<>();
        for (String condition : SPLITTER.conditions(source, table, 4)) {
            try (Statement statement = source.createStatement();
                    ResultSet row = statement.executeQuery(
                            "SELECT count(*) FROM " + table.name().quoted() + " WHERE " + condition)) {
                row.next();
                counts.add(row.getLong(1));
            }
        }
        return counts;
    }
}
