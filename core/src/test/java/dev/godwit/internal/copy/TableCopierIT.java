package dev.godwit.internal.copy;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.replication.TableRows;
import dev.godwit.schema.CatalogReader;
import dev.godwit.schema.Table;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import dev.godwit.testkit.PostgresServer;
import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@PostgresPairTest(source = "13", target = "17")
final class TableCopierIT {

    /** In either format: of xml, text is copied. */
    @ParameterizedTest
    @ValueSource(strings = {"int", "xml"})
    void fewerRowsThanWereSentAreNoCopy(String type, PostgresPair pair) throws Exception {
        for (PostgresServer server : List.of(pair.source(), pair.target())) {
            server.execute(pair.database(), "CREATE TABLE picked (id int PRIMARY KEY, v " + type + ")");
        }
        pair.source().execute(pair.database(), "INSERT INTO picked (id) SELECT g FROM generate_series(1, 1000) g");
        pair.target()
                .execute(
                        pair.database(),
                        "CREATE FUNCTION odd() RETURNS trigger LANGUAGE plpgsql AS"
                                + " 'BEGIN IF new.id % 2 = 1 THEN RETURN new; END IF; RETURN NULL; END'",
                        "CREATE TRIGGER odd BEFORE INSERT ON picked FOR EACH ROW EXECUTE FUNCTION odd()",
                        "ALTER TABLE picked ENABLE ALWAYS TRIGGER odd");
        try (Connection source = pair.connectSource();
                Connection target = pair.connectTarget()) {
            Table picked = CatalogReader.read(source, name -> name.name().equals("picked"))
                    .tables()
                    .get(0);
            target.setAutoCommit(false);

            assertThatThrownBy(() -> new TableCopier(source, target).copy(picked, TableRows.ALL, (rows, bytes) -> {}))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("table public.picked: of 1000 rows that the source has sent 1000 came, and"
                            + " the target has taken 500; look for a trigger");
        }
    }
}
