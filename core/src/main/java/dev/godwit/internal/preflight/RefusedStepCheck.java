package dev.godwit.internal.preflight;

import dev.godwit.replication.WithoutValues;
import dev.godwit.result.FindingCode;
import dev.godwit.schema.SchemaStage;
import dev.godwit.schema.SchemaStep;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The target takes every definition of the source's schema: what it does not know, such as a function, operator or catalog column that
 * its version has lost, or a library that its host lacks, shows when the definitions are tried in a transaction that is rolled back.
 */
final class RefusedStepCheck implements Check {
    /** How many locks a server has place for; what is created takes some until the transaction's end, two or three a step. */
    private static final String LOCKS = """
            SELECT current_setting('max_locks_per_transaction')::bigint
                   * (current_setting('max_connections')::bigint + current_setting('max_prepared_transactions')::bigint)
            """;

    /** Of that place most is left to others. */
    private static final int LOCKS_FOR_A_STEP = 8;

    private static final int MOST_TOLD = 20;

    /** Those that read no rows of the user and call none of his functions. */
    private static final List<SchemaStage> STAGES = List.of(
            SchemaStage.BEFORE_COPY,
            SchemaStage.AFTER_TABLE_COPY,
            SchemaStage.FOREIGN_KEYS,
            SchemaStage.AFTER_COPY,
            SchemaStage.AT_CUTOVER);

    private static final String LIMITS = "SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '30s';"
            + " SET LOCAL check_function_bodies = off";

    /** A schema, relation, object, function or database that is there: other checks tell of it. */
    private static final Set<String> EXISTS = Set.of("42P06", "42P07", "42710", "42723", "42P04");

    /** Missing rights and a target that takes no writes, of which other checks tell: what follows fails for it as well. */
    private static final Set<String> TOLD_OF = Set.of("42501", "25006");

    /** Locks that nobody gave away in time, or too many of them: the trial has no answer. */
    private static final Set<String> NO_ANSWER = Set.of("55P03", "57014", "53200", "40P01");

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.REFUSED_STEP, FindingCode.SCHEMA_NOT_TRIED);
    }

    @Override
    public boolean needsTargetDatabase() {
        return true;
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        if (!context.plan().preparer().onlyDefines()) {
            return;
        }
        List<SchemaStep> steps = STAGES.stream()
                .flatMap(stage -> context.schemaPlan().steps(stage).stream())
                .toList();
        // What the user has prepared, or what is to be cleaned away first, is in the way of a trial.
        if (TargetTables.areOurOwn(context) || !TargetTables.read(context).isEmpty()) {
            return;
        }
        Connection target = context.target();
        long most = Long.parseLong(CheckContext.row(target, LOCKS).get(0)) / LOCKS_FOR_A_STEP;
        if (steps.size() > most) {
            context.add(
                    FindingCode.SCHEMA_NOT_TRIED,
                    "schema",
                    "the schema has " + steps.size() + " definitions, and the target's locks suffice for a trial of "
                            + most + ": whether it takes them all shows when they are executed",
                    "nothing",
                    "nothing is to be done; a target with a larger max_locks_per_transaction tells of them before");
            return;
        }
        target.setAutoCommit(false);
        try (Statement statement = target.createStatement()) {
            // The driver would look for its own escapes, and for placeholders in function bodies.
            statement.setEscapeProcessing(false);
            statement.execute(LIMITS);
            tryAll(context, statement, steps);
        } finally {
            target.rollback();
            target.setAutoCommit(true);
        }
    }

    private static void tryAll(CheckContext context, Statement statement, List<SchemaStep> steps) throws SQLException {
        int refused = 0;
        for (SchemaStep step : steps) {
            Savepoint before = context.target().setSavepoint();
            try {
                statement.execute(step.sql());
                context.target().releaseSavepoint(before);
            } catch (SQLException e) {
                String state = String.valueOf(e.getSQLState());
                if (NO_ANSWER.contains(state) || Stream.of("08", "57P").anyMatch(state::startsWith)) {
                    throw e;
                }
                context.target().rollback(before);
                if (TOLD_OF.contains(state)) {
                    return;
                }
                if (!EXISTS.contains(state)) {
                    refused++;
                    tell(context, step, e, refused);
                }
            }
        }
    }

    private static void tell(CheckContext context, SchemaStep step, SQLException e, int number) {
        if (number > MOST_TOLD) {
            return;
        }
        context.add(
                FindingCode.REFUSED_STEP,
                step.id(),
                "the target refuses the definition of " + step.id() + ": " + WithoutValues.message(e) + " [SQLSTATE "
                        + e.getSQLState() + "]"
                        + (number == MOST_TOLD ? "; whatever it refuses besides is not named" : ""),
                "a definition that the target's version understands, and all that it needs",
                "change or drop it on the source, or mend on the target what the message names; what fails for an object that is"
                        + " named before it is mended with that");
    }
}
