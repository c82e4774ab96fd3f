package dev.godwit.race;

import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.crash.Dialogue;
import dev.godwit.event.MigrationPhase;
import dev.godwit.internal.cutover.StepActs;
import dev.godwit.result.CutoverRevertedException;
import java.time.Duration;

/**
 * The process that is killed: migrates, says when it is ready, cuts over when it is told to, and halts at a moment of the cutover
 * without any of its shutdown, as a kill -9 would end it. Arguments: name, source URL, target URL, the {@link Moment}.
 */
public final class RaceProcess {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final int KILLED = 137;

    private RaceProcess() {}

    public static void main(String[] args) throws Exception {
        Dialogue dialogue = Dialogue.withTest();
        Moment moment = Moment.parse(args[3]);
        StepActs.set((migration, step, ended) -> {
            if (moment.is(step, ended)) {
                Runtime.getRuntime().halt(KILLED);
            }
        });
        Migration migration = Round.builder(
                        args[0],
                        args[1],
                        args[2],
                        context -> {
                            dialogue.say(Dialogue.SWITCH);
                            dialogue.awaitGo();
                        },
                        event -> {},
                        Duration.ofSeconds(20))
                .build();
        try (MigrationRun run = Round.start(migration)) {
            run.awaitReadyToCutover(LIMIT);
            dialogue.say("ready");
            dialogue.awaitGo();
            while (run.phase() != MigrationPhase.COMPLETED) {
                cutOver(run);
            }
        }
        dialogue.say("failed: it has lived");
    }

    private static void cutOver(MigrationRun run) throws InterruptedException {
        run.awaitReadyToCutover(LIMIT);
        try {
            run.cutover();
        } catch (CutoverRevertedException e) {
            System.out.println("undone: " + e.getMessage());
        }
    }
}
