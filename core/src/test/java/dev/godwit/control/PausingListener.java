package dev.godwit.control;

import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationListener;
import dev.godwit.event.MigrationPhase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Pauses a run when it hears of some phases, and resumes it when it hears that it is paused, both on the listeners' thread. */
final class PausingListener implements MigrationListener {
    private final CompletableFuture<MigrationRun> run = new CompletableFuture<>();
    private final List<MigrationPhase> left;

    PausingListener(List<MigrationPhase> phases) {
        left = Collections.synchronizedList(new ArrayList<>(phases));
    }

    MigrationRun begin(Migration migration) {
        MigrationRun started = migration.start();
        run.complete(started);
        return started;
    }

    boolean isDone() {
        return left.isEmpty();
    }

    @Override
    public void onEvent(MigrationEvent event) {
        if (!(event instanceof MigrationEvent.PhaseChanged changed)) {
            return;
        }
        if (changed.to() == MigrationPhase.PAUSED) {
            run.join().resume();
        } else if (left.contains(changed.to())) {
            run.join().pause();
            left.remove(changed.to());
        }
    }
}
