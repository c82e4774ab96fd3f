package dev.godwit.replication.apply;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class KeyChangesIT {

    @ParameterizedTest
    @MethodSource("dev.godwit.replication.apply.Servers#pairs")
    void appliesKeySwapsReuseAndKeysByIndex(int from, int to) throws Exception {
        try (Replica replica = Replica.of(
                        from,
                        to,
                        "CREATE TABLE pair (a int, b text, v text, PRIMARY KEY (a, b))",
                        "CREATE TABLE chosen (id int, code char(4) NOT NULL, v text)",
                        "CREATE UNIQUE INDEX chosen_code ON chosen (code)",
                        "ALTER TABLE chosen REPLICA IDENTITY USING INDEX chosen_code")
                .started()) {
            replica.source("INSERT INTO pair VALUES (1, 'x', 'one'), (2, 'y', 'two'), (3, 'z', 'three')");
            replica.sourceTransaction(
                    "UPDATE pair SET a = -1 WHERE a = 1",
                    "UPDATE pair SET a = 1 WHERE a = 2",
                    "UPDATE pair SET a = 2 WHERE a = -1",
                    "DELETE FROM pair WHERE a = 3",
                    "UPDATE pair SET a = 3, b = 'z' WHERE a = 1",
                    "INSERT INTO pair VALUES (1, 'x', 'again')");
            replica.source(
                    "INSERT INTO chosen VALUES (1, 'a', 'x'), (2, 'b', 'y')",
                    "UPDATE chosen SET code = 'c', id = 3 WHERE code = 'a'",
                    "UPDATE chosen SET v = 'new' WHERE code = 'b'",
                    "DELETE FROM chosen WHERE code = 'c'");
            replica.assertSame("pair", "chosen");
        }
    }
}
