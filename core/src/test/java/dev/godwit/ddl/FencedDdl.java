package dev.godwit.ddl;

import dev.godwit.AlteredFence;
import dev.godwit.cutover.FenceContext;
import dev.godwit.cutover.RaisedFence;
import dev.godwit.cutover.WriteFence;
import dev.godwit.ddl.DdlKind.UnderLocks;
import dev.godwit.result.Finding;
import dev.godwit.testkit.PostgresPair;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A fence behind which somebody tries DDL, once for each kind: right after it was raised, or right before it is sealed, by turns. Where
 * that does not get through, or is no business of the cutover, the fence fails, so that there can be another cutover.
 */
final class FencedDdl implements WriteFence {
    static final String ENOUGH = "nothing has come of it";
    private static final String LOCKED = "55P03";

    private final WriteFence real;
    private final PostgresPair pair;
    private boolean late;
    private @Nullable DdlKind kind;

    FencedDdl(WriteFence real, PostgresPair pair) {
        this.real = real;
        this.pair = pair;
    }

    /** Has the next cutover disturbed by this kind. */
    void next(DdlKind next) {
        kind = next;
        late = !late;
    }

    private void disturb() throws SQLException {
        DdlKind now = kind;
        if (now == null) {
            return;
        }
        kind = null;
        UnderLocks outcome = attempt(now);
        if (outcome != now.underLocks()) {
            throw new AssertionError(now + " under the locks: " + outcome);
        }
        if (outcome != UnderLocks.UNDOES) {
            throw new IllegalStateException(ENOUGH);
        }
    }

    private UnderLocks attempt(DdlKind now) throws SQLException {
        try (Connection source = pair.connectSource()) {
            // As a session from before the source was closed may still do.
            DdlTrial.execute(
                    source, "SET default_transaction_read_only = off", now.searchPath(), "SET lock_timeout = '100ms'");
            DdlTrial.execute(source, now.ddl().toArray(String[]::new));
            return now.underLocks() == UnderLocks.PASSES ? UnderLocks.PASSES : UnderLocks.UNDOES;
        } catch (SQLException e) {
            if (LOCKED.equals(e.getSQLState())) {
                return UnderLocks.WAITS;
            }
            throw e;
        }
    }

    @Override
    public List<Finding> check(FenceContext context) throws SQLException {
        return real.check(context);
    }

    @Override
    public RaisedFence raise(FenceContext context) throws Exception {
        RaisedFence raised = real.raise(context);
        if (!late) {
            try {
                disturb();
            } catch (SQLException | RuntimeException | Error e) {
                raised.lift();
                raised.close();
                throw e;
            }
        }
        return AlteredFence.around(raised, this::disturb, () -> {});
    }

    @Override
    public void reopen(FenceContext context) throws Exception {
        real.reopen(context);
    }

    @Override
    public void reclose(FenceContext context) throws Exception {
        real.reclose(context);
    }
}
