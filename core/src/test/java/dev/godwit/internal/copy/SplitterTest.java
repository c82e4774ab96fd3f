package dev.godwit.internal.copy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.copy.Throttles;
import dev.godwit.internal.plan.CopySettings;
import dev.godwit.schema.ReplicaIdentity;
import dev.godwit.schema.Table;
import dev.godwit.schema.TableName;
import dev.godwit.schema.TableSize;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which tables are copied in parts by themselves. */
final class SplitterTest {
    private static final long GIB = 1L << 30;

    @ParameterizedTest
    @CsvSource({
        // workers, GiB of the table, GiB of all, parts
        "2, 60, 100, 1",
        "2, 66, 100, 1",
        "2, 67, 100, 16",
        "2, 100, 100, 25",
        "4, 28, 100, 1",
        "4, 29, 100, 16",
        "8, 10, 100, 1",
        "8, 14, 100, 32",
        "1, 100, 100, 1",
    })
    void areThoseThatAreCopiedEarlierSoThoughTheyAreNotFrozen(int workers, long table, long all, int parts) {
        assertThat(splitter(workers, 0, all * GIB).chunks(table(0, table * GIB)))
                .isEqualTo(parts);
    }

    @Test
    void areSizedWithTheirToast() {
        assertThat(splitter(4, 0, 100 * GIB).chunks(table(GIB, 100 * GIB))).isEqualTo(25);
        assertThat(splitter(4, GIB, 0).chunks(table(GIB, 100 * GIB))).isEqualTo(100);
    }

    @Test
    void areNoSmallOnes() {
        assertThat(splitter(4, 0, 255 << 20).chunks(table(0, 255 << 20))).isEqualTo(1);
        assertThat(splitter(4, 0, 256 << 20).chunks(table(0, 256 << 20))).isEqualTo(16);
    }

    private static Splitter splitter(int workers, long splitBytes, long total) {
        return new Splitter(new CopySettings(workers, null, 0, splitBytes, 1 << 20, Throttles.none()), total);
    }

    private static Table table(long mainFork, long data) {
        return new Table(
                1,
                new TableName("public", "t"),
                Table.Kind.ORDINARY,
                Table.Persistence.PERMANENT,
                false,
                List.of(),
                List.of(),
                List.of(),
                new ReplicaIdentity(ReplicaIdentity.Setting.DEFAULT, List.of(), false, ""),
                new Table.RowSecurity(false, false),
                new TableSize(-1, mainFork / 8192, data, 2 * data),
                "owner",
                null);
    }
}
