package dev.godwit.internal.copy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.replication.TableRows;
import dev.godwit.schema.CatalogReader;
import dev.godwit.schema.Table;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import dev.godwit.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which tables are copied in COPY's binary format; that values stay what they are is shown for every type elsewhere. */
@PostgresPairTest(source = "13", target = "17")
final class BinaryCopyIT {

    @Test
    void isChosenWhereTypesAreTheSameAndTheServersOwn(PostgresPair pair) throws SQLException, InterruptedException {
        for (PostgresServer server : List.of(pair.source(), pair.target())) {
            server.execute(
                    pair.database(),
                    "CREATE TYPE shade AS ENUM ('dark')",
                    "CREATE TABLE plain (id int PRIMARY KEY, v text, at timestamptz, n numeric[], span int4range)",
                    "CREATE TABLE none (id int PRIMARY KEY, v text)",
                    "CREATE DOMAIN positive AS int CHECK (VALUE > 0)",
                    "CREATE DOMAIN more AS positive",
                    "CREATE DOMAIN markup AS xml",
                    "CREATE TABLE defined (id int PRIMARY KEY, v shade, w more)",
                    "CREATE TABLE several (id int PRIMARY KEY, v shade[])",
                    "CREATE TABLE marked (id int PRIMARY KEY, v markup)",
                    "CREATE TABLE named (id int PRIMARY KEY, v shade)",
                    "CREATE TABLE bounded (id int PRIMARY KEY, v positive)",
                    "CREATE TABLE parsed (id int PRIMARY KEY, v xml)",
                    "CREATE TABLE wider (id int PRIMARY KEY, v int)",
                    "CREATE TABLE bare ()");
        }
        pair.target()
                .execute(
                        pair.database(),
                        "ALTER TABLE wider ALTER v TYPE bigint",
                        "ALTER TABLE named ALTER v TYPE text",
                        "ALTER TABLE bounded ALTER v TYPE int");
        pair.source()
                .execute(
                        pair.database(),
                        "INSERT INTO plain SELECT g, 'v' || g, now(), ARRAY[g, NULL], int4range(g, g + 1)"
                                + " FROM generate_series(1, 20000) g",
                        "INSERT INTO defined VALUES (1, 'dark', 7)",
                        "INSERT INTO several VALUES (1, '{dark}')",
                        "INSERT INTO marked VALUES (1, '<a/>')",
                        "INSERT INTO named VALUES (1, 'dark')",
                        "INSERT INTO bounded VALUES (1, 7)",
                        "INSERT INTO parsed VALUES (1, '<a/>')",
                        "INSERT INTO wider VALUES (1, 1), (2, 2)",
                        "INSERT INTO bare SELECT FROM generate_series(1, 3)");
        assertThat(copied(pair, "plain")).isEqualTo("binary 20000");
        assertThat(copied(pair, "none")).isEqualTo("binary 0");
        assertThat(copied(pair, "defined")).isEqualTo("binary 1");
        assertThat(copied(pair, "bounded")).isEqualTo("binary 1");
        assertThat(copied(pair, "several")).isEqualTo("text 1");
        assertThat(copied(pair, "marked")).isEqualTo("text 1");
        assertThat(copied(pair, "named")).isEqualTo("text 1");
        assertThat(copied(pair, "parsed")).isEqualTo("text 1");
        assertThat(copied(pair, "wider")).isEqualTo("text 2");
        assertThat(copied(pair, "bare")).isEqualTo("text 3");
        assertThat(pair.target().query(pair.database(), "SELECT v || ' ' || w FROM defined"))
                .containsExactly("dark 7");
        String contents = "SELECT md5(string_agg(t::text, ';' ORDER BY id)) FROM plain t";
        assertThat(pair.target().query(pair.database(), contents))
                .isEqualTo(pair.source().query(pair.database(), contents));
    }

    private static String copied(PostgresPair pair, String name) throws SQLException, InterruptedException {
        try (Connection source = pair.connectSource();
                Connection target = pair.connectTarget()) {
            target.setAutoCommit(false);
            Table table = CatalogReader.read(source, known -> known.name().equals(name))
                    .tables()
                    .get(0);
            TableCopier.Copied copied =
                    new TableCopier(source, target).copy(table, TableRows.ALL, (soFar, bytes) -> {});
            target.commit();
            return (copied.binary() ? "binary " : "text ") + copied.rows();
        }
    }
}
