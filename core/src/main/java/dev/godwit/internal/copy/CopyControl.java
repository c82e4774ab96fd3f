package dev.godwit.internal.copy;

import dev.godwit.copy.Throttle;
import dev.godwit.internal.plan.CopySettings;
import java.util.function.BooleanSupplier;

/**
 * What of a copy may be changed while it is under way. Whoever copies asks here again and again, so a change takes effect at once: it
 * is looked for every 20 ms. Safe for use by any thread.
 */
public final class CopyControl {
    private final CopySettings settings;
    private final BooleanSupplier paused;
    private volatile int workers;
    private volatile long bytesPerSecond;
    private volatile Throttle throttle;

    /**
     * Makes a control.
     *
     * @param settings what it begins with
     * @param paused tells whether the run is to stand still
     */
    public CopyControl(CopySettings settings, BooleanSupplier paused) {
        this.settings = settings;
        this.paused = paused;
        this.workers = settings.workers();
        this.bytesPerSecond = settings.bytesPerSecond();
        this.throttle = settings.throttle();
    }

    /** Gives the settings as they are now. */
    public CopySettings settings() {
        return new CopySettings(
                workers,
                settings.executor(),
                bytesPerSecond,
                settings.splitBytes(),
                settings.indexMemoryBytes(),
                throttle);
    }

    int workers() {
        return workers;
    }

    /** Sets how many parts are under way at a time. */
    public void workers(int most) {
        workers = most;
    }

    long bytesPerSecond() {
        return bytesPerSecond;
    }

    /** Sets what may be moved at most; 0 for no limit. */
    public void bytesPerSecond(long most) {
        bytesPerSecond = most;
    }

    /** Gives what a task may move that runs in another process. */
    long share() {
        long limit = bytesPerSecond;
        return limit == 0 ? 0 : Math.max(1, limit / workers);
    }

    Throttle throttle() {
        return throttle;
    }

    /** Sets what says when to pause. */
    public void throttle(Throttle decides) {
        throttle = decides;
    }

    /** Tells whether the run is to stand still. */
    public boolean isPaused() {
        return paused.getAsBoolean();
    }

    /** Goes on only if the run is not to stand still. */
    public void check() {
        if (isPaused()) {
            throw new StandstillException();
        }
    }
}
