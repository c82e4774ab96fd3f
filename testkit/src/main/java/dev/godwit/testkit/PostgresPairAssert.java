package dev.godwit.testkit;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.AbstractAssert;

/**
 * Assertions about a pair, whose source says what should be in the target. Each reads both databases at once as they are now: stop what
 * writes, or drain, before. Schema {@code godwit} and the system's are left out.
 *
 * <p>Not thread-safe.
 */
public final class PostgresPairAssert extends AbstractAssert<PostgresPairAssert, PostgresPair> {
    PostgresPairAssert(PostgresPair pair) {
        super(pair, PostgresPairAssert.class);
    }

    /**
     * Tables have the same columns and hold the same rows; a failure shows the first keys that differ. Sequences are not looked at.
     *
     * @return this
     */
    public PostgresPairAssert hasIdenticalData() {
        return compare("rows", comparison().withoutSequences());
    }

    /**
     * Each sequence of the source is in the target and stands at its value or beyond, and there is no other.
     *
     * @return this
     */
    public PostgresPairAssert hasSequencesAhead() {
        return compare("sequences", comparison().withoutTables());
    }

    /**
     * Both databases have the same schemas, extensions, types, sequences, tables with columns, defaults, constraints, indexes and triggers,
     * views, functions, rules and policies, by definition; a failure shows both. Not compared: owners, privileges, comments, what an
     * extension has brought, its version, and spelling that differs between versions of PostgreSQL (white space, parentheses, and the
     * schema and table before a name).
     *
     * @return this
     */
    public PostgresPairAssert hasIdenticalSchema() {
        isNotNull();
        try {
            List<String> differences = ComparedSchema.compare(actual.sourceDataSource(), actual.targetDataSource());
            return requireNone("The schemas of " + actual + " differ", differences);
        } catch (SQLException e) {
            throw new TestkitException("Cannot compare the schemas of " + actual, e);
        }
    }

    /**
     * No replication slot, publication, subscription, replication origin or prepared transaction, no schema {@code godwit}, no session of
     * Godwit and no advisory lock of one is on either server: as after {@code cleanUp()} of a migration. Publications that the
     * test has made itself count, too.
     *
     * @return this
     */
    public PostgresPairAssert hasNoLeftovers() {
        isNotNull();
        List<String> leftovers = new ArrayList<>();
        for (PostgresServer server : new PostgresServer[] {actual.source(), actual.target()}) {
            try (ServerLeaks leaks = new ServerLeaks(server, leftovers)) {
                leaks.findReplication();
                leaks.findPublications();
                leaks.findGodwit(actual.database());
            }
        }
        return requireNone("A migration has left something behind on " + actual, leftovers);
    }

    private DatabaseComparison comparison() {
        isNotNull();
        return DatabaseComparison.between(actual.sourceDataSource(), actual.targetDataSource());
    }

    private PostgresPairAssert compare(String what, DatabaseComparison comparison) {
        try {
            return requireNone(
                    "The " + what + " of " + actual + " differ",
                    comparison.run().differences());
        } catch (SQLException e) {
            throw new TestkitException("Cannot compare the " + what + " of " + actual, e);
        }
    }

    private PostgresPairAssert requireNone(String problem, List<String> findings) {
        if (!findings.isEmpty()) {
            failWithMessage("%s:%n  %s", problem, String.join(System.lineSeparator() + "  ", findings));
        }
        return this;
    }
}
