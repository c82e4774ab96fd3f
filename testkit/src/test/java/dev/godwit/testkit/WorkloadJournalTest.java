package dev.godwit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.testkit.WorkloadJournal.Fate;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkloadJournalTest {
    @TempDir
    Path directory;

    private static WorkloadPlan plan(long seed, int writers) {
        return new WorkloadPlan(seed, writers, Map.of(WorkloadKind.BANK, 3, WorkloadKind.TRUNCATES, 1));
    }

    @Test
    void readsBackWhatWasWrittenUpToALineCutShort() throws Exception {
        Path file = directory.resolve("journal");
        // not closed, as a killed process would leave it
        WorkloadJournal journal = WorkloadJournal.inFile(plan(-5, 3), file);
        journal.sending(0, 0);
        journal.acknowledged(0, 0);
        journal.sending(2, 5000);
        journal.sending(1, 1);
        journal.refused(1, 1);
        Files.writeString(file, "S 0 7\nA 0 ", StandardOpenOption.APPEND);
        WorkloadJournal read = WorkloadJournal.read(file);
        assertThat(read.plan()).isEqualTo(journal.plan());
        assertThat(read.fate(0, 0)).isEqualTo(Fate.ACKNOWLEDGED);
        assertThat(read.fate(2, 5000)).isEqualTo(Fate.IN_DOUBT);
        assertThat(read.fate(1, 1)).isEqualTo(Fate.ABSENT);
        assertThat(read.fate(0, 7)).isEqualTo(Fate.IN_DOUBT);
        assertThat(read.fate(0, 1_000_000)).isEqualTo(Fate.ABSENT);
        journal.close();
    }

    @Test
    void refusesAFileThatIsNoJournalAndOneThatExists() throws Exception {
        Path file = Files.writeString(directory.resolve("other"), "something else\n");
        assertThatThrownBy(() -> WorkloadJournal.read(file)).isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(() -> WorkloadJournal.inFile(plan(1, 1), file)).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void derivesTransactionsFromTheSeedAndKeysThatNeverMeet() {
        Set<Long> keys = new HashSet<>();
        Set<Integer> tokens = new HashSet<>();
        for (int writer = 0; writer < 4; writer++) {
            for (int number = 0; number < 5_000; number++) {
                WorkloadTransaction one = new WorkloadTransaction(plan(42, 4), writer, number);
                WorkloadTransaction same = new WorkloadTransaction(plan(42, 4), writer, number);
                assertThat(one.tokens).isEqualTo(same.tokens).isBetween(1, 4);
                assertThat(one.rolledBack).isEqualTo(same.rolledBack);
                tokens.add(one.tokens);
                for (int ordinal = 0; ordinal < one.tokens; ordinal++) {
                    assertThat(keys.add(WorkloadTransaction.tokenId(writer, number, ordinal)))
                            .isTrue();
                }
            }
        }
        assertThat(tokens).containsExactlyInAnyOrder(1, 2, 3, 4);
    }
}
