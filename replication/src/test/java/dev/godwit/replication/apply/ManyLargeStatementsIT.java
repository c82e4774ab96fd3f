package dev.godwit.replication.apply;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Statements are kept, what was bound to them is not: it would fill the heap, of 128 MB here, with many tables of large rows. */
final class ManyLargeStatementsIT {

    private static final int TABLES = 60;

    @Test
    void holdsNoValuesOfStatementsThatAreDone() throws Exception {
        List<String> ddl = new ArrayList<>();
        for (int i = 0; i < TABLES; i++) {
            ddl.add("CREATE TABLE t" + i + " (id int PRIMARY KEY, v text)");
            ddl.add("ALTER TABLE t" + i + " ALTER v SET STORAGE EXTERNAL");
            ddl.add("INSERT INTO t" + i + " SELECT g FROM generate_series(1, 102) g");
        }
        try (Replica replica = Replica.of(17, 17, ddl.toArray(String[]::new)).started()) {
            for (int i = 0; i < TABLES; i++) {
                // As sets of 2 to 4 MB, and as single statements.
                replica.source("UPDATE t" + i + " SET v = repeat('x', 40000) WHERE id <= 100");
                replica.source("UPDATE t" + i + " SET v = repeat('y', 2000000) WHERE id > 100");
            }
            replica.sync();
            for (int i = 0; i < TABLES; i++) {
                assertThat(replica.targetQuery("SELECT sum(length(v)) FROM t" + i))
                        .containsExactly("8000000");
            }
        }
    }
}
