package dev.godwit.replication.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.godwit.replication.RelationName;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Hazard A9: changes whose net effect fits the target although one of them does not; the run stops all the same, at the
 * change that does not, and nothing of its transaction or of later ones is visible.
 */
final class HiddenConflictsIT {

    /** Changes on the source, what somebody else does on the target before they are applied, and how the former ends. */
    private static final List<String> CASES = List.of(
            // a row that comes and goes, where the target holds its key
            "INSERT INTO t VALUES (7, 'x'); DELETE FROM t WHERE id = 7"
                    + " | INSERT INTO t VALUES (7, 'theirs') | INSERT_CONFLICT",
            "INSERT INTO t VALUES (7, 'x'); UPDATE t SET v = 'y' WHERE id = 7; DELETE FROM t WHERE id = 7"
                    + " | INSERT INTO t VALUES (7, 'x') | INSERT_CONFLICT",
            "INSERT INTO t VALUES (7, 'x'); UPDATE t SET id = 8 WHERE id = 7"
                    + " | INSERT INTO t VALUES (7, 'theirs') | INSERT_CONFLICT",
            "INSERT INTO t VALUES (7, 'x'); UPDATE t SET id = 8 WHERE id = 7; DELETE FROM t WHERE id = 8"
                    + " | INSERT INTO t VALUES (8, 'theirs') | UPDATE_CONFLICT",
            // a row that goes, where the target has lost it
            "UPDATE t SET v = 'y' WHERE id = 2; DELETE FROM t WHERE id = 2"
                    + " | DELETE FROM t WHERE id = 2 | UPDATE_MISSING",
            "UPDATE t SET id = 9 WHERE id = 2; DELETE FROM t WHERE id = 9"
                    + " | DELETE FROM t WHERE id = 2 | UPDATE_MISSING",
            "UPDATE t SET id = 1 + 8 WHERE id = 2; UPDATE t SET id = 2 WHERE id = 9"
                    + " | DELETE FROM t WHERE id = 2 | UPDATE_MISSING",
            "UPDATE t SET v = 'y' WHERE id = 2; UPDATE t SET v = 'b' WHERE id = 2"
                    + " | DELETE FROM t WHERE id = 2 | UPDATE_MISSING",
            // a row that is replaced, where the target has lost it
            "DELETE FROM t WHERE id = 2; INSERT INTO t VALUES (2, 'new')"
                    + " | DELETE FROM t WHERE id = 2 | DELETE_MISSING",
            "DELETE FROM t WHERE id = 2; INSERT INTO t VALUES (2, 'new'); DELETE FROM t WHERE id = 2"
                    + " | DELETE FROM t WHERE id = 2 | DELETE_MISSING",
            "DELETE FROM t WHERE id = 2; UPDATE t SET id = 2 WHERE id = 3"
                    + " | DELETE FROM t WHERE id = 2 | DELETE_MISSING",
            // a key that is passed through, where the target holds it
            "UPDATE t SET id = 7 WHERE id = 2; UPDATE t SET id = 8 WHERE id = 7"
                    + " | INSERT INTO t VALUES (7, 'theirs') | UPDATE_CONFLICT",
            "UPDATE t SET id = 7 WHERE id = 2; UPDATE t SET id = 2 WHERE id = 7"
                    + " | INSERT INTO t VALUES (7, 'theirs') | UPDATE_CONFLICT",
            // a truncate that follows does not make it right
            "INSERT INTO t VALUES (7, 'x'); TRUNCATE t | INSERT INTO t VALUES (7, 'theirs') | INSERT_CONFLICT",
            "DELETE FROM t WHERE id = 2; TRUNCATE t | DELETE FROM t WHERE id = 2 | DELETE_MISSING");

    /** Each in one transaction or in several of one batch by turns; with {@code -Dgodwit.ways=all} in both. */
    static Stream<Arguments> cases() {
        return IntStream.range(0, 2 * CASES.size())
                .filter(i -> Way.ALL || i % 2 == i / 2 % 2)
                .mapToObj(i -> {
                    String[] fields = CASES.get(i / 2).split(" \\| ");
                    return Arguments.of(fields[0], fields[1], ConflictException.Kind.valueOf(fields[2]), i % 2 == 0);
                });
    }

    @ParameterizedTest
    @MethodSource("cases")
    void areReportedAtTheChangeThatDoesNotFit(
            String changes, String foreign, ConflictException.Kind kind, boolean oneTransaction) throws Exception {
        try (Replica replica = Way.ONE_BATCH
                .replica(15, 15, "CREATE TABLE t (id int PRIMARY KEY, v text)", "CREATE TABLE u (id int)")
                .started()) {
            replica.source("INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c')");
            replica.sync();
            replica.target(foreign);
            Way.ONE_BATCH.bring(replica, () -> {
                replica.source("INSERT INTO u VALUES (1)");
                String[] statements = ("INSERT INTO u VALUES (2); " + changes).split("; ");
                if (oneTransaction) {
                    replica.sourceTransaction(statements);
                } else {
                    replica.source(statements);
                }
                replica.source("INSERT INTO u VALUES (3)");
            });
            Throwable failure = catchThrowable(replica::sync);
            assertThat(failure).isInstanceOf(ConflictException.class);
            ConflictException conflict = (ConflictException) failure;
            assertThat(conflict.kind()).isEqualTo(kind);
            assertThat(conflict.table()).isEqualTo(new RelationName("public", "t"));
            assertThat(replica.targetQuery("SELECT id FROM u"))
                    .as("nothing of the transaction or of later ones")
                    .isEqualTo(oneTransaction ? List.of("1") : List.of("1", "2"));
        }
    }
}
