package dev.godwit.internal.engine;

import dev.godwit.event.MigrationPhase;
import dev.godwit.internal.verify.VerifySettings;
import dev.godwit.result.MigrationException;
import dev.godwit.result.RepairReport;
import dev.godwit.result.RowDifference;
import dev.godwit.result.VerificationReport;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The verification of a run, on the thread of whoever asks for it, one at a time. While one is under way the run is not cut over,
 * and no table is emptied to be copied afresh; what ends the run ends it, too. Safe for use by any thread.
 */
final class RunVerification {
    private static final Set<MigrationPhase> APPLYING =
            EnumSet.of(MigrationPhase.CATCH_UP, MigrationPhase.READY_TO_CUTOVER);

    private final RunCore core;

    /** Guarded by this; null if there is none. */
    @Nullable
    private LiveVerification current;

    /** How many do something meanwhile that a verification must not see; guarded by this. */
    private int exclusions;

    RunVerification(RunCore core) {
        this.core = core;
    }

    /** Something that is done with a verification of its own. */
    private interface Work<T> {
        T run(LiveVerification own) throws SQLException, InterruptedException;
    }

    /** Compares both sides. */
    VerificationReport verify(VerifySettings settings) throws InterruptedException {
        return run("verified", own -> own.verify(settings));
    }

    /** Copies rows afresh. */
    RepairReport repair(List<RowDifference> rows) throws InterruptedException {
        return run("repaired", own -> own.repair(rows));
    }

    private <T> T run(String what, Work<T> work) throws InterruptedException {
        LiveVerification own = begin(what);
        try {
            return work.run(own);
        } catch (SQLException | RuntimeException e) {
            throw own.failed(what, e);
        } catch (InterruptedException e) {
            own.interrupted();
            throw e;
        } finally {
            finish(own);
        }
    }

    private synchronized LiveVerification begin(String what) {
        MigrationPhase phase = core.phases().phase();
        if (core.phases().isClosed()) {
            throw refused(what, "its run was closed or cancelled; Migration.resume() makes another one");
        }
        if (exclusions > 0) {
            throw refused(what, "a cutover begins just now, or tables are being added");
        }
        if (!APPLYING.contains(phase)) {
            throw refused(what, "it is in " + phase + ", and that is done in CATCH_UP and READY_TO_CUTOVER");
        }
        if (current != null) {
            throw refused(what, "a verification or repair is under way already; wait for its end, or interrupt it");
        }
        current = new LiveVerification(core);
        return current;
    }

    private MigrationException refused(String what, String why) {
        return new MigrationException(
                core.phases().phase(), "migration '" + core.name() + "' cannot be " + what + ": " + why, null);
    }

    private void finish(LiveVerification own) {
        own.close();
        synchronized (this) {
            current = null;
            notifyAll();
        }
    }

    /** Keeps verifications from beginning until the same caller permits them again; refuses if one is under way. */
    synchronized void exclude(String what) {
        if (current != null) {
            throw refused(
                    what,
                    "a verification or repair is under way, which must not be disturbed; wait for its end, or interrupt the"
                            + " thread that has asked for it");
        }
        exclusions++;
    }

    /** Lets verifications begin again. */
    synchronized void permit() {
        exclusions--;
    }

    /** Ends the one that is under way, if there is one; who has asked for it is told. */
    void end() {
        LiveVerification own;
        synchronized (this) {
            own = current;
        }
        if (own != null) {
            own.end();
        }
    }
}
