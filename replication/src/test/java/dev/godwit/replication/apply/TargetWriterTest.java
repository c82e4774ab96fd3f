package dev.godwit.replication.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TargetWriterTest {

    private final FirstFailure failures = new FirstFailure();
    private final TargetWriter writer = new TargetWriter("test", 100, failures);

    @AfterEach
    void close() {
        writer.close();
    }

    @Test
    void doesOneAfterTheOther() throws Exception {
        List<Integer> done = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            int number = i;
            writer.submit(10, () -> done.add(number));
        }
        writer.awaitIdle();
        assertThat(done).hasSize(50).isSorted();
        assertThat(writer.isIdle()).isTrue();
    }

    /** Whoever takes it for idle would take what has failed for done. */
    @Test
    void isNotIdleAfterAFailure() throws Exception {
        SQLException failure = new SQLException("expected by this test");
        writer.submit(0, () -> {
            throw failure;
        });
        await().untilAsserted(() -> assertThatThrownBy(writer::check).isSameAs(failure));
        assertThat(writer.isIdle()).isFalse();
        assertThatThrownBy(writer::awaitIdle).isSameAs(failure);
        assertThatThrownBy(() -> writer.submit(0, () -> {})).isSameAs(failure);
    }

    @Test
    void throwsWhatWentWrongFirstAmongThoseWhoWorkTogether() throws Exception {
        SQLException first = new SQLException("expected by this test");
        CommitRound round = new CommitRound(failures, 2);
        CountDownLatch waiting = new CountDownLatch(1);
        writer.submit(0, () -> {
            waiting.countDown();
            round.workDone();
        });
        waiting.await();
        failures.record(first);
        await().untilAsserted(() -> assertThatThrownBy(writer::check).isSameAs(first));
    }

    /** Sources up to 14 send each transaction of other tables, an empty one, however long the target does not answer. */
    @Test
    void ofWhatIsToldInARowOnlyTheLastWaits() throws Exception {
        CountDownLatch release = blocked();
        List<Integer> told = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            int number = i;
            writer.tell(() -> told.add(number));
        }
        release.countDown();
        writer.awaitIdle();
        assertThat(told).containsExactly(99_999);
    }

    @Test
    void whatIsToldKeepsItsPlaceAmongWhatIsDone() throws Exception {
        CountDownLatch release = blocked();
        List<String> done = new ArrayList<>();
        writer.tell(() -> done.add("told 1"));
        writer.submit(10, () -> done.add("done 2"));
        writer.tell(() -> done.add("told 3"));
        writer.tell(() -> done.add("told 4"));
        writer.submit(10, () -> done.add("done 5"));
        writer.tell(() -> done.add("told 6"));
        release.countDown();
        writer.awaitIdle();
        assertThat(done).containsExactly("told 1", "done 2", "told 4", "done 5", "told 6");
    }

    /** Lets the writer do something until it is released. */
    private CountDownLatch blocked() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        writer.submit(0, () -> {
            begun.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                throw new SQLException(e);
            }
        });
        begun.await();
        return release;
    }

    /** Otherwise it would stand behind the others, although all of them are done. */
    @Test
    void theFirstCommitsAfterAllOthersWhateverHasFailedSince() throws Exception {
        failures.record(new SQLException("expected by this test"));
        new CommitRound(failures, 1).awaitOthers();
        assertThatThrownBy(new CommitRound(failures, 2)::awaitOthers).hasMessage("another applier has failed");
        assertThatThrownBy(new CommitRound(failures, 1)::workDone).hasMessage("another applier has failed");
    }

    @Test
    void aCommitOfAllIsWaitedForButNotBeyondAFailureNorForEver() throws Exception {
        CommitRound round = new CommitRound(failures, 1);
        round.awaitCompleted(Duration.ofMillis(5));
        List<String> done = new ArrayList<>();
        CountDownLatch release = blocked();
        writer.submit(0, () -> {
            done.add("committed");
            round.completed();
        });
        release.countDown();
        round.awaitCompleted(Duration.ofMinutes(3));
        assertThat(done).containsExactly("committed");
        failures.record(new SQLException("expected by this test"));
        new CommitRound(failures, 1).awaitCompleted(Duration.ofMinutes(3));
    }
}
