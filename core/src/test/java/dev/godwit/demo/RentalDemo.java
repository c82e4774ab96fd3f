package dev.godwit.demo;

import dev.godwit.demo.display.Board;
import dev.godwit.demo.display.LiveDisplay;
import dev.godwit.demo.proof.Comparison;
import dev.godwit.demo.proof.CutoverSnapshot;
import dev.godwit.demo.proof.Finding;
import dev.godwit.demo.proof.Receipts;
import dev.godwit.demo.proof.Sequences;
import dev.godwit.demo.proof.Statistics;
import dev.godwit.demo.traffic.RentalTraffic;
import dev.godwit.demo.traffic.SwitchableDatabase;
import dev.godwit.demo.traffic.SwitchableDatabase.Server;
import dev.godwit.demo.traffic.WritePause;
import dev.godwit.event.MigrationPhase;
import dev.godwit.testkit.PostgresServer;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves an open DVD rental from PostgreSQL 13 to 17 and proves that nothing was lost: {@code ./mvnw -q -Pdemo verify}.
 */
final class RentalDemo {

    private static final Logger LOG = LoggerFactory.getLogger(RentalDemo.class);
    private static final int OLD = 13;
    private static final int NEW = 17;
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int SECONDS_OF_TRAFFIC = 3;

    private static final String SERVERS = "servers";
    private static final String DATA = "data";
    private static final String OPEN = "open shop";
    private static final String RUN_ON = "run on";
    private static final String PROOF = "proof";

    private final DemoSettings settings;
    private final DatabaseMove move;
    private final Board board;

    RentalDemo(DemoSettings settings, DatabaseMove move) {
        this.settings = settings;
        this.move = move;
        String title = "Godwit moves a DVD rental from PostgreSQL " + OLD + " to " + NEW + " while it is open";
        this.board = new Board(title, stageNames(), Clock.systemUTC());
    }

    /** Ends with status 0 only if the database has moved and every check holds. */
    public static void main(String[] args) {
        RentalDemo demo = new RentalDemo(DemoSettings.fromProperties(), new MigrationUnderTraffic());
        System.exit(demo.show() ? 0 : 1);
    }

    private static List<String> stageNames() {
        return List.of(
                SERVERS,
                DATA,
                OPEN,
                Board.nameOf(MigrationPhase.PREFLIGHT),
                Board.nameOf(MigrationPhase.SCHEMA),
                Board.nameOf(MigrationPhase.SNAPSHOT),
                Board.nameOf(MigrationPhase.CATCH_UP),
                Board.nameOf(MigrationPhase.READY_TO_CUTOVER),
                Board.nameOf(MigrationPhase.CUTOVER),
                RUN_ON,
                PROOF);
    }

    /** Plays it with a display and the closing block; true if all holds. */
    boolean show() {
        LiveDisplay display = LiveDisplay.show(board);
        try {
            DemoReport report = play();
            display.close();
            report.lines().forEach(display.out()::println);
            return report.allHolds();
        } catch (Exception e) {
            LOG.error("The demo failed", e);
            display.close();
            display.out().println("\nThe demo failed; its log, target/demo.log, says more.\n" + e);
            return false;
        } finally {
            display.out().flush();
        }
    }

    /** The whole play, without a display. */
    DemoReport play() throws Exception {
        board.enter(SERVERS);
        try (PostgresServer source = start(OLD);
                PostgresServer target = start(NEW)) {
            board.enter(DATA);
            RentalDatabase.create(source, settings.scale());
            target.createDatabase(RentalDatabase.NAME);
            return moveUnderTraffic(source, target);
        }
    }

    private static PostgresServer start(int major) {
        return PostgresServer.builder(major)
                .parameter("shared_buffers", "256MB")
                .start();
    }

    private DemoReport moveUnderTraffic(PostgresServer source, PostgresServer target) throws Exception {
        DataSource before = source.dataSource(RentalDatabase.NAME);
        DataSource after = target.dataSource(RentalDatabase.NAME);
        SwitchableDatabase database = new SwitchableDatabase(new Server("PostgreSQL " + OLD, before));
        board.enter(OPEN);
        try (CutoverSnapshot atCutover = CutoverSnapshot.prepare(after);
                RentalTraffic traffic =
                        RentalTraffic.start(database, settings.connections(), settings.rate(), settings.seed())) {
            board.watch(traffic);
            awaitTraffic(traffic);
            DatabaseMove.Cutover cutover = move.run(source, target, board, new DatabaseMove.Application() {
                @Override
                public void awaitGoodMoment() throws TimeoutException {
                    awaitTraffic(traffic);
                }

                @Override
                public void moveToTarget() throws SQLException {
                    atCutover.take();
                    traffic.switchTo(new Server("PostgreSQL " + NEW, after));
                }
            });
            board.enter(RUN_ON);
            awaitTraffic(traffic);
            traffic.end();
            board.enter(PROOF);
            List<Finding> findings = List.of(
                    Receipts.eachExactlyOnce(after, traffic.journal()),
                    Receipts.trafficUndisturbed(traffic.journal()),
                    Comparison.ofAllTables(before, atCutover),
                    Sequences.ahead(before, after),
                    Statistics.keptByTriggers(after));
            board.leave();
            WritePause pause =
                    WritePause.around(traffic.journal().acknowledged(), cutover.fromNanos(), cutover.toNanos());
            return new DemoReport(board.totals(), board.stageTimes(), board.cutoverSteps(), pause, findings);
        }
    }

    /** Lets the shop do some business, whatever the machine's speed. */
    private void awaitTraffic(RentalTraffic traffic) throws TimeoutException {
        long enough = traffic.journal().counts().acknowledged() + (long) SECONDS_OF_TRAFFIC * settings.rate();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (traffic.journal().counts().acknowledged() < enough) {
            List<String> problems = traffic.journal().problems();
            if (!problems.isEmpty() || System.nanoTime() > deadline) {
                throw new TimeoutException("the traffic does not flow on " + traffic.serverName() + ": " + problems);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }
}
