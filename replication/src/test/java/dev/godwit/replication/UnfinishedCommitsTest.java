package dev.godwit.replication;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class UnfinishedCommitsTest {

    @ParameterizedTest
    @CsvSource(textBlock = """
            4264:4263:,             4264:4264:
            4263:4263:,             4263:4263:
            '4260:4265:4260,4262',  '4260:4265:4260,4262'
            99999999999:4263:,      99999999999:99999999999:
            """)
    void aSnapshotThatBeginsBehindItsEndIsWrittenAsTheServerReadsIt(String written, String readable) {
        assertThat(UnfinishedCommits.readable(written)).isEqualTo(readable);
    }
}
