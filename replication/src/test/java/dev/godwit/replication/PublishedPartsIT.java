package dev.godwit.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.testkit.PostgresServer;
import dev.godwit.testkit.PostgresTest;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Parts of tables are published only if the application can go on changing them. */
@PostgresTest(version = "15")
final class PublishedPartsIT {
    private static final String TABLE = "CREATE TABLE %s (id int PRIMARY KEY, r int NOT NULL, v text)";
    private static final RelationName A = new RelationName("public", "a");
    private static final RelationName B = new RelationName("public", "b");
    private static final TableRows GOOD = new TableRows(List.of("id", "v"), "id > 0 -- and that is all");
    private static final TableRows BAD_ROWS = new TableRows(List.of(), "r > 0");
    private static final TableRows BAD_COLUMNS = new TableRows(List.of("r"), null);

    @Test
    void nothingIsPublishedThatWouldMakeTheSourceRefuseWrites(PostgresServer server) throws Exception {
        server.execute("app", TABLE.formatted("a"), TABLE.formatted("b"));
        try (Connection connection = server.connect("app")) {
            for (TableRows bad : List.of(BAD_ROWS, BAD_COLUMNS)) {
                assertThatThrownBy(() -> Publication.create(connection, "p", List.of(A, B), Map.of(A, GOOD, B, bad)))
                        .hasMessageContaining("the application's own UPDATE and DELETE would fail")
                        .hasMessageContaining("public.b")
                        .hasMessageContaining("replica identity");
                assertThat(Publication.exists(connection, "p")).isFalse();
            }
            Publication.create(connection, "p", List.of(A), Map.of(A, GOOD));
            for (TableRows bad : List.of(BAD_ROWS, BAD_COLUMNS)) {
                assertThatThrownBy(() -> Publication.add(connection, "p", List.of(A, B), Map.of(A, GOOD, B, bad)))
                        .hasMessageContaining("public.b");
                assertThat(Publication.tables(connection, "p")).containsExactly(A);
            }
            Publication.add(connection, "p", List.of(A, B), Map.of(B, GOOD));
            assertThat(
                            server.query(
                                    "app",
                                    "SELECT concat_ws(' ', tablename, attnames, rowfilter) FROM pg_publication_tables ORDER BY 1"))
                    .containsExactly("a {id,v} (id > 0)", "b {id,v} (id > 0)");
            assertThat(connection.getAutoCommit()).isTrue();
            server.execute("app", "UPDATE a SET id = 2, r = 3", "DELETE FROM b");
            Publication.drop(connection, "p");
        }
    }
}
