package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import dev.godwit.schema.SchemaStage;
import dev.godwit.schema.SchemaStep;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;

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

    /** Those that read no rows of the user and call none of his functions. */
    private static final List<SchemaStage> STAGES = List.of(
            SchemaStage.BEFORE_COPY,
            SchemaStage.AFTER_TABLE_COPY,
            SchemaStage.FOREIGN_KEYS,
            SchemaStage.AFTER_COPY,
            SchemaStage.AT_CUTOVER);

    private static final String LIMITS = "SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '30s';"
            + " SET LOCAL check_function_bodies = off";

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
            new StepTrial(context, statement).run(steps);
        } finally {
            target.rollback();
            target.setAutoCommit(true);
        }
    }
}
