package dev.godwit.demo.display;

import dev.godwit.demo.display.DisplayModel.Applied;
import dev.godwit.demo.display.DisplayModel.Follow;
import dev.godwit.demo.display.DisplayModel.SchemaWork;
import dev.godwit.demo.display.DisplayModel.Stage;
import dev.godwit.demo.display.DisplayModel.Traffic;
import dev.godwit.demo.traffic.Journal;
import dev.godwit.demo.traffic.RentalTraffic;
import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationEvent.CutoverStepDone;
import dev.godwit.event.MigrationEvent.Failed;
import dev.godwit.event.MigrationEvent.FindingReported;
import dev.godwit.event.MigrationEvent.PhaseChanged;
import dev.godwit.event.MigrationEvent.Reconnecting;
import dev.godwit.event.MigrationEvent.ReplicationProgress;
import dev.godwit.event.MigrationEvent.SchemaStepDone;
import dev.godwit.event.MigrationEvent.TableCopied;
import dev.godwit.event.MigrationEvent.TableProgress;
import dev.godwit.event.MigrationEvent.TableQueued;
import dev.godwit.event.MigrationEvent.Warning;
import dev.godwit.event.MigrationListener;
import dev.godwit.event.MigrationPhase;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Gathers what the display shows: it listens to the migration and looks at the traffic. Any thread. */
public final class Board implements MigrationListener {

    private static final Duration SPAN = Duration.ofMillis(250);
    private static final int NOTES = 3;

    private final String title;
    private final Clock clock;
    private final Instant begun;
    private final Stages stages;
    private final CopyBoard copy = new CopyBoard();
    private final RateHistory commits = new RateHistory(SPAN);
    private final RateHistory applied = new RateHistory(Duration.ofSeconds(1));
    private final Deque<String> notes = new ArrayDeque<>();
    private @Nullable ReplicationProgress follow;
    private @Nullable RentalTraffic traffic;
    private @Nullable SchemaStepDone lastStep;
    private final List<StageTime> cutoverSteps = new ArrayList<>();
    private int stepsDone;
    private boolean completed;

    /**
     * Begins with the first stage to be entered.
     *
     * @param title the first line
     * @param stageNames what will be done, in order
     * @param clock tells the time, also that of the migration's events
     */
    public Board(String title, List<String> stageNames, Clock clock) {
        this.title = title;
        this.clock = clock;
        this.begun = clock.instant();
        this.stages = new Stages(stageNames);
    }

    /** Ends the stage before and begins one. */
    public synchronized void enter(String stage) {
        stages.enter(stage, clock.instant());
    }

    /** Ends the last stage. */
    public synchronized void leave() {
        stages.leave(clock.instant());
    }

    public synchronized void watch(RentalTraffic watched) {
        traffic = watched;
    }

    /** How long each stage took, for those that were entered. */
    public synchronized List<StageTime> stageTimes() {
        return stages.at(clock.instant()).stream()
                .filter(stage -> stage.state() != DisplayModel.State.WAITING)
                .map(stage -> new StageTime(stage.name(), stage.took()))
                .toList();
    }

    public record StageTime(String stage, Duration took) {}

    /** How long each step of the cutover took, in order. */
    public synchronized List<StageTime> cutoverSteps() {
        return List.copyOf(cutoverSteps);
    }

    /** What came over by copy and by replication. */
    public synchronized Totals totals() {
        Optional<DisplayModel.Copy> copied = copy.at(clock.instant());
        ReplicationProgress last = follow;
        return new Totals(
                copied.map(c -> c.tables().size()).orElse(0),
                copied.map(DisplayModel.Copy::rows).orElse(0L),
                copied.map(DisplayModel.Copy::bytes).orElse(0L),
                last == null ? 0 : last.transactions(),
                last == null ? 0 : changes(last));
    }

    public record Totals(int tables, long rows, long bytes, long transactions, long changes) {}

    @Override
    public synchronized void onEvent(MigrationEvent event) {
        // The compiler cannot check an if-chain for completeness; what is not shown here is not meant to be shown.
        if (event instanceof PhaseChanged phase) {
            phaseChanged(phase);
        } else if (event instanceof TableQueued queued) {
            copy.queued(queued);
        } else if (event instanceof TableProgress progress) {
            copy.progress(progress);
        } else if (event instanceof TableCopied copied) {
            copy.copied(copied);
        } else if (event instanceof SchemaStepDone step) {
            stepsDone++;
            lastStep = step;
        } else if (event instanceof ReplicationProgress progress) {
            follow = progress;
            applied.sample(progress.at(), progress.transactions());
        } else if (event instanceof CutoverStepDone step) {
            cutoverSteps.add(new StageTime(step.step(), step.took()));
        } else if (event instanceof Warning warning) {
            note(warning.message());
        } else if (event instanceof FindingReported finding) {
            note(finding.object() + ": " + finding.message());
        } else if (event instanceof Reconnecting lost) {
            note(lost.reason());
        } else if (event instanceof Failed failure) {
            stages.fail();
            note(failure.message());
        }
    }

    private void phaseChanged(PhaseChanged event) {
        if (event.to() == MigrationPhase.FAILED || event.to() == MigrationPhase.CANCELLED) {
            stages.fail();
        } else if (event.to() == MigrationPhase.COMPLETED) {
            completed = true;
            stages.leave(event.at());
        } else if (event.to() != MigrationPhase.CREATED) {
            stages.enter(nameOf(event.to()), event.at());
        }
    }

    /** A phase's name as a stage. */
    public static String nameOf(MigrationPhase phase) {
        return switch (phase) {
            case CATCH_UP -> "catch-up";
            case READY_TO_CUTOVER -> "ready";
            default -> phase.name().toLowerCase(java.util.Locale.ROOT);
        };
    }

    private void note(String message) {
        notes.addLast(message.lines().findFirst().orElse(""));
        if (notes.size() > NOTES) {
            notes.removeFirst();
        }
    }

    synchronized DisplayModel model() {
        Instant now = clock.instant();
        List<Stage> shown = stages.at(now);
        SchemaStepDone step = lastStep;
        return new DisplayModel(
                title,
                Duration.between(begun, now),
                shown,
                copy.at(now),
                Optional.ofNullable(follow).map(this::follow),
                Optional.ofNullable(traffic).map(watched -> traffic(watched, now)),
                Optional.ofNullable(step).map(done -> new SchemaWork(stepsDone, done.step(), done.took())),
                List.copyOf(notes));
    }

    private Follow follow(ReplicationProgress event) {
        Applied work = new Applied(event.transactions(), applied.latest(), changes(event));
        return new Follow(event.lagBytes(), event.lag(), work, completed);
    }

    private static long changes(ReplicationProgress event) {
        return event.inserts() + event.updates() + event.deletes();
    }

    private Traffic traffic(RentalTraffic watched, Instant now) {
        Journal.Counts counts = watched.journal().counts();
        if (watched.isOpen()) {
            commits.sample(now, counts.acknowledged());
        }
        return new Traffic(
                watched.serverName(),
                watched.connections(),
                counts.acknowledged(),
                watched.isOpen(),
                commits.perSecond());
    }
}
