package dev.godwit.internal.preflight;

import dev.godwit.replication.WithoutValues;
import dev.godwit.result.FindingCode;
import dev.godwit.schema.SchemaStep;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Tries definitions in one transaction, many at once, and one by one those among which is one that the target refuses. */
final class StepTrial {
    /** What they answer has to fit into the socket's buffers. */
    private static final int AT_ONCE = 25;

    private static final int MOST_TOLD = 20;

    /** A schema, relation, object, function or database that is there: other checks tell of it. */
    private static final Set<String> EXISTS = Set.of("42P06", "42P07", "42710", "42723", "42P04");

    /** A target that takes no writes, of which another check tells: what follows fails for it as well. */
    private static final String READ_ONLY = "25006";

    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    /** Missing rights to define something: once they are told of, what follows fails for them as well. */
    private static final Set<String> RIGHTS = Stream.of(
                    FindingCode.TARGET_CREATE,
                    FindingCode.TARGET_SCHEMA_CREATE,
                    FindingCode.TARGET_SCHEMA_OWNER,
                    FindingCode.TARGET_OWNER,
                    FindingCode.TARGET_EXTENSION,
                    FindingCode.TARGET_USAGE)
            .map(FindingCode::code)
            .collect(Collectors.toUnmodifiableSet());

    /** Locks that nobody gave away in time, or too many of them: the trial has no answer. */
    private static final Set<String> NO_ANSWER = Set.of("55P03", "57014", "53200", "40P01");

    private final CheckContext context;
    private final Statement statement;
    private int refused;

    /**
     * Makes a trial.
     *
     * @param statement of the target's session, within a transaction that is rolled back, without escape processing
     */
    StepTrial(CheckContext context, Statement statement) {
        this.context = context;
        this.statement = statement;
    }

    void run(List<SchemaStep> steps) throws SQLException {
        List<SchemaStep> together = new ArrayList<>();
        boolean goesOn = true;
        for (SchemaStep step : steps) {
            boolean isAlone = isAlone(step);
            if (goesOn && (isAlone || together.size() == AT_ONCE)) {
                goesOn = tryTogether(together);
                together.clear();
            }
            if (isAlone) {
                goesOn = goesOn && tryAlone(step);
            } else {
                together.add(step);
            }
        }
        if (goesOn) {
            tryTogether(together);
        }
    }

    /** The driver cannot tell where a body in BEGIN ATOMIC .. END ends, so nothing may follow it. */
    private static boolean isAlone(SchemaStep step) {
        return step.sql().contains("ATOMIC");
    }

    /** Gives false if there is no sense in going on. */
    private boolean tryTogether(List<SchemaStep> steps) throws SQLException {
        if (steps.isEmpty()
                || execute(steps.stream().map(SchemaStep::sql).collect(Collectors.joining(";\n"))) == null) {
            return true;
        }
        for (SchemaStep step : steps) {
            if (!tryAlone(step)) {
                return false;
            }
        }
        return true;
    }

    private boolean tryAlone(SchemaStep step) throws SQLException {
        SQLException failure = execute(step.sql());
        if (failure == null) {
            return true;
        }
        String state = String.valueOf(failure.getSQLState());
        if (state.equals(READ_ONLY) || (state.equals(INSUFFICIENT_PRIVILEGE) && rightsAreToldOf())) {
            return false;
        }
        if (!EXISTS.contains(state)) {
            refused++;
            tell(step, failure);
        }
        return true;
    }

    private boolean rightsAreToldOf() {
        return context.findings().stream().anyMatch(finding -> RIGHTS.contains(finding.code()));
    }

    /** Gives why the target refuses it, and is as before then; null if it does not. */
    @Nullable
    private SQLException execute(String sql) throws SQLException {
        Savepoint before = context.target().setSavepoint();
        try {
            statement.execute(sql);
            context.target().releaseSavepoint(before);
            return null;
        } catch (SQLException e) {
            String state = String.valueOf(e.getSQLState());
            if (NO_ANSWER.contains(state) || Stream.of("08", "57P").anyMatch(state::startsWith)) {
                throw e;
            }
            context.target().rollback(before);
            return e;
        }
    }

    private void tell(SchemaStep step, SQLException e) {
        if (refused > MOST_TOLD) {
            return;
        }
        context.add(
                FindingCode.REFUSED_STEP,
                step.id(),
                "the target refuses the definition of " + step.id() + ": " + WithoutValues.message(e) + " [SQLSTATE "
                        + e.getSQLState() + "]"
                        + (refused == MOST_TOLD ? "; whatever it refuses besides is not named" : ""),
                "a definition that the target's version understands, and all that it needs",
                "change or drop it on the source, or mend on the target what the message names; what fails for an object that is"
                        + " named before it is mended with that");
    }
}
