package dev.godwit.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Walks through all interleavings of writers, copy, stream, confirmation, crashes and cutover with a few transactions and two tables:
 * finished means equal, and every change meets the row that it met on the source. The same model with one thing done wrong does not.
 * {@code -Dgodwit.model.transactions} (3, at most 4) and {@code -Dgodwit.model.crashes} (1) make it larger.
 */
@Tag("M2")
final class ExactlyOnceModelTest {
    private static final Logger LOG = LoggerFactory.getLogger(ExactlyOnceModelTest.class);
    private static final Set<Bug> OF_JOINING =
            EnumSet.of(Bug.PUBLISHED_AFTER_SNAPSHOT, Bug.HANDED_OVER_EARLY, Bug.HANDED_OVER_AT_STREAM);
    private static final int CRASHES = Integer.getInteger("godwit.model.crashes", 1);
    private static final int TRANSACTIONS = Integer.getInteger("godwit.model.transactions", Script.LENGTH - 1);

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void finishedMeansEqual(boolean joins) {
        Explorer.Result result = new Explorer(new Model(Bug.NONE, joins, TRANSACTIONS, CRASHES)).explore();
        LOG.info(
                "{} states, {} of them finished{}", result.states(), result.finished(), joins ? ", a table joins" : "");
        assertThat(result.violation()).isEqualTo(Optional.empty());
        assertThat(result.finished()).isPositive();
    }

    static Stream<Bug> ofJoining() {
        return OF_JOINING.stream();
    }

    @ParameterizedTest
    @MethodSource("ofJoining")
    void findsWhatIsDoneWrongWhenATableJoins(Bug bug) {
        requireFound(new Model(bug, true, TRANSACTIONS, CRASHES));
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NONE", "PUBLISHED_AFTER_SNAPSHOT", "HANDED_OVER_EARLY", "HANDED_OVER_AT_STREAM"})
    void findsWhatIsDoneWrong(Bug bug) {
        requireFound(new Model(bug, false, TRANSACTIONS, CRASHES));
    }

    private static void requireFound(Model model) {
        Explorer.Result result = new Explorer(model).explore();
        assertThat(result.violation()).as(model.bug().toString()).isPresent();
        LOG.info("{}: {}", model.bug(), result.violation().orElseThrow());
    }
}
