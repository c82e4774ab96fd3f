package dev.godwit.replication.apply;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("T2")
final class UnchangedToastIT {

    private static final String LARGE =
            "(SELECT string_agg(md5(random()::text || i), '') FROM generate_series(1, 1000) i)";

    @ParameterizedTest
    @MethodSource("dev.godwit.replication.apply.Servers#pairs")
    void leavesValuesAloneThatTheSourceDidNotSend(int from, int to) throws Exception {
        try (Replica replica = Replica.of(
                        from,
                        to,
                        "CREATE TABLE keyed (id int PRIMARY KEY, n int, a text, b bytea, c text[])",
                        "CREATE TABLE whole (id int, n int, a text)",
                        "ALTER TABLE keyed ALTER a SET STORAGE EXTERNAL, ALTER b SET STORAGE EXTERNAL",
                        "ALTER TABLE whole REPLICA IDENTITY FULL",
                        "ALTER TABLE whole ALTER a SET STORAGE EXTERNAL")
                .started()) {
            replica.source(
                    "INSERT INTO keyed SELECT g, 0, " + LARGE + ", convert_to(" + LARGE + ", 'UTF8'), ARRAY[" + LARGE
                            + "] FROM generate_series(1, 3) g",
                    "INSERT INTO whole SELECT g, 0, " + LARGE + " FROM generate_series(1, 3) g",
                    "UPDATE keyed SET n = 1",
                    "UPDATE keyed SET n = n + 1, b = NULL WHERE id = 2",
                    "UPDATE keyed SET id = 10 WHERE id = 1",
                    "UPDATE whole SET n = 1 WHERE id = 1",
                    "UPDATE whole SET a = 'short' WHERE id = 2",
                    "DELETE FROM whole WHERE id = 3");
            replica.assertSame("keyed", "whole");
            assertThat(replica.targetQuery("SELECT length(a) FROM keyed")).containsOnly("32000");
        }
    }
}
