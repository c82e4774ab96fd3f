package dev.godwit.internal.cutover;

import dev.godwit.internal.schema.StepRunner;
import dev.godwit.replication.WithoutValues;
import dev.godwit.schema.SchemaPlan;
import dev.godwit.schema.SchemaStage;
import dev.godwit.schema.SchemaStep;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The steps that belong to each attempt of a cutover, and so are not marked as done. */
record SchemaSteps(SchemaPlan plan) {
    private static final Pattern HAS_EVENT_TRIGGER_FIRE =
            Pattern.compile("(ALTER EVENT TRIGGER .* )ENABLE( ALWAYS| REPLICA)?;?\\s*", Pattern.DOTALL);

    private static final String NAME = "(?:\"(?:[^\"]|\"\")+\"|[^\\s\".;]+)";
    private static final Pattern HAS_ROW_SECURITY = Pattern.compile("\\s*ALTER TABLE ((?:ONLY )?" + NAME + "(?:\\."
            + NAME + ")? )(ENABLE|FORCE)( ROW LEVEL SECURITY)\\s*(?:;\\s*|$)");

    boolean isEmpty(SchemaStage stage) {
        return plan.steps(stage).isEmpty();
    }

    /** Executes a stage in the caller's transaction, with few messages. */
    void run(Connection target, SchemaStage stage) throws SQLException {
        if (isEmpty(stage)) {
            return;
        }
        try {
            StepRunner.runTogether(target, plan.steps(stage));
        } catch (SQLException e) {
            throw new IllegalStateException(
                    "a step of the target's schema failed at the cutover: " + WithoutValues.message(e) + " [SQLSTATE "
                            + e.getSQLState() + "]; mend the cause on the target, then cut over again",
                    e);
        }
    }

    /** Disables the event triggers that fire from the cutover on: it is taken back, and more of ours is to come. */
    void disableEventTriggers(Connection target) throws SQLException {
        for (SchemaStep step : plan.steps(SchemaStage.AT_CUTOVER)) {
            Matcher matcher = HAS_EVENT_TRIGGER_FIRE.matcher(step.sql());
            if (matcher.matches()) {
                try (Statement statement = target.createStatement()) {
                    statement.execute(matcher.group(1) + "DISABLE");
                }
            }
        }
    }

    /** Switches off the row security that holds from the cutover on: it may hold for the role that applies changes, which go on. */
    void disableRowSecurity(Connection target) throws SQLException {
        try (Statement statement = target.createStatement()) {
            for (SchemaStep step : plan.steps(SchemaStage.AT_CUTOVER)) {
                for (String sql : withoutRowSecurity(step.sql())) {
                    statement.execute(sql);
                }
            }
        }
    }

    /** Gives what takes back a step that does nothing else, and does no harm where there is no such table; of others nothing. */
    static List<String> withoutRowSecurity(String step) {
        List<String> statements = new ArrayList<>();
        Matcher matcher = HAS_ROW_SECURITY.matcher(step);
        int end = 0;
        while (matcher.find() && matcher.start() == end) {
            String off = matcher.group(2).equals("ENABLE") ? "DISABLE" : "NO FORCE";
            statements.add("ALTER TABLE IF EXISTS " + matcher.group(1) + off + matcher.group(3));
            end = matcher.end();
        }
        return end == step.length() ? statements : List.of();
    }
}
