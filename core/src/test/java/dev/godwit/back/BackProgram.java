package dev.godwit.back;

import dev.godwit.AlteredFence;
import dev.godwit.CutoverOptions;
import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.cutover.FenceContext;
import dev.godwit.cutover.RaisedFence;
import dev.godwit.cutover.SwitchContext;
import dev.godwit.cutover.TrafficSwitch;
import dev.godwit.cutover.WriteFence;
import dev.godwit.cutover.WriteFences;
import dev.godwit.result.Finding;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

/**
 * A process that goes there and back, writes a row named after its moment to the new server in between, and halts at that moment
 * without any shutdown, as a kill -9 would end it. Arguments: source URL, target URL, moment.
 */
final class BackProgram {
    static final int KILLED = 137;
    static final List<String> MOMENTS =
            List.of("before fence", "after fence", "in seal", "after seal", "in switch back");

    private BackProgram() {}

    public static void main(String[] args) throws Exception {
        Migration migration = migration(args[0], args[1], args[2]);
        try (MigrationRun run = migration.resume()) {
            if (!run.phase().isCutOver()) {
                run.awaitReadyToCutover(Back.LIMIT);
                if (!run.phase().isCutOver()) {
                    run.cutover();
                }
            }
            run.awaitReadyToRollback(Back.LIMIT);
            halt(args[2], "in reverse sync");
            try (Connection target = DriverManager.getConnection(args[1], "postgres", "");
                    Statement statement = target.createStatement()) {
                statement.execute("INSERT INTO token (name) VALUES ('" + args[2] + "')");
            }
            run.awaitReadyToRollback(Back.LIMIT);
            run.rollback();
        }
    }

    private static void halt(String wanted, String moment) {
        if (wanted.equals(moment)) {
            Runtime.getRuntime().halt(KILLED);
        }
    }

    /** Behind the cutover the fence is that of the rollback. */
    static Migration migration(String source, String target, String moment) {
        return Migration.builder()
                .name(Back.NAME)
                .source(Endpoint.of(source).credentials("postgres", ""))
                .target(Endpoint.of(target).credentials("postgres", ""))
                .cutover(CutoverOptions.builder()
                        .fence(new HaltingFence(target, moment))
                        .trafficSwitch(traffic(moment))
                        .maxWritePause(Duration.ofSeconds(30))
                        .build())
                .reverse(true)
                .build();
    }

    private static TrafficSwitch traffic(String moment) {
        return new TrafficSwitch() {
            @Override
            public void switchToTarget(SwitchContext context) {
                halt(moment, "in switch");
            }

            @Override
            public void switchToSource(SwitchContext context) {
                halt(moment, "in switch back");
            }
        };
    }

    /** The fence of locks, which halts in a rollback only. */
    private record HaltingFence(String target, String moment) implements WriteFence {

        @Override
        public List<Finding> check(FenceContext context) throws SQLException {
            return WriteFences.lockTables().check(context);
        }

        @Override
        public RaisedFence raise(FenceContext context) throws Exception {
            String wanted = isRollback(context) ? moment : "";
            halt(wanted, "before fence");
            RaisedFence raised = WriteFences.lockTables().raise(context);
            halt(wanted, "after fence");
            return AlteredFence.around(raised, () -> halt(wanted, "in seal"), () -> halt(wanted, "after seal"));
        }

        private boolean isRollback(FenceContext context) throws SQLException {
            try (Connection connection = context.source().open()) {
                return connection.getMetaData().getURL().equals(target)
                        || target.startsWith(connection.getMetaData().getURL());
            }
        }

        @Override
        public void reopen(FenceContext context) throws Exception {
            WriteFences.lockTables().reopen(context);
        }

        @Override
        public void reclose(FenceContext context) throws Exception {
            WriteFences.lockTables().reclose(context);
        }
    }
}
