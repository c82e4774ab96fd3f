package dev.godwit.faults;

import dev.godwit.MigrationGroup;
import dev.godwit.MigrationGroupRun;
import dev.godwit.group.Shops;
import dev.godwit.matrix.Sampled;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.result.MigrationException;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Both servers or the networks to them break while several databases are moved and cut over together: that is done for all of them or for
 * none. {@code -Dgodwit.network.groups} sets how many groups are moved, {@code -Dgodwit.network.seed} repeats a choice.
 */
@Tag("F4")
@Tag("F5")
@Tag("F6")
@Sampled(oneOf = 2)
@PostgresPairTest(source = "13", target = "17")
final class GroupUnderFaultsIT {
    private static final Logger LOG = LoggerFactory.getLogger(GroupUnderFaultsIT.class);
    private static final int MEMBERS = 3;
    private static final int BROKEN_CUTOVERS = 3;
    private static final int GROUPS = Integer.getInteger("godwit.network.groups", 1);
    private static final long SEED =
            Long.getLong("godwit.network.seed", ThreadLocalRandom.current().nextLong(1_000_000));

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void isCutOverTogetherOrNotAtAll(boolean serversToo, PostgresPair pair) throws Exception {
        LOG.warn("{} groups with -Dgodwit.network.seed={}", GROUPS, SEED);
        Random random = new Random(SEED);
        for (int i = 0; i < GROUPS; i++) {
            long seed = i == 0 ? SEED : random.nextInt(1_000_000);
            try (Shops shops = new Shops(pair, MEMBERS, seed);
                    BrokenSides sides = BrokenSides.of(pair, seed, serversToo)) {
                MigrationGroup group = shops.group(Map.of(), sides::sourceUrl, sides::targetUrl)
                        .build();
                move(group, shops, sides);
                shops.requireCompleted();
                group.cleanUp();
                shops.drop();
            } catch (Exception | AssertionError e) {
                throw new AssertionError("with -Dgodwit.network.seed=" + seed + ": " + e, e);
            }
        }
    }

    private static void move(MigrationGroup group, Shops shops, BrokenSides sides) throws Exception {
        MigrationGroupRun run = group.start();
        try {
            for (int attempt = 0; attempt < BROKEN_CUTOVERS; attempt++) {
                Shops.ready(run);
                boolean goesOn = true;
                try {
                    sides.during(run::cutover);
                    LOG.warn("attempt {}: done", attempt);
                } catch (CutoverRevertedException e) {
                    LOG.warn("attempt {}: undone: {}", attempt, e.getMessage());
                } catch (MigrationException e) {
                    LOG.warn("attempt {}: to be resumed: {}", attempt, e.getMessage());
                    goesOn = false;
                }
                sides.heal();
                if (!goesOn) {
                    run.close();
                    run = group.resume();
                }
                if (Shops.isDone(Shops.ready(run))) {
                    return;
                }
                shops.requireUndone();
            }
            run.cutover();
        } finally {
            run.close();
        }
    }
}
