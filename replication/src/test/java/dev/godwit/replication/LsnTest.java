package dev.godwit.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LsnTest {

    @ParameterizedTest
    @ValueSource(strings = {"0/0", "0/1", "16/B374D848", "FFFFFFFF/FFFFFFFF", "80000000/0"})
    void printsWhatItParsed(String text) {
        assertThat(Lsn.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "0/", "/0", "1", "G/0", "0/-1", "+1/0", "123456789/0", "0/123456789", "0/0/0"})
    void refusesOtherForms(String text) {
        assertThatThrownBy(() -> Lsn.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'");
    }

    @Test
    void comparesAsUnsigned() {
        Lsn high = Lsn.parse("80000000/0");
        Lsn low = Lsn.parse("7FFFFFFF/FFFFFFFF");
        assertThat(high.isAfter(low)).isTrue();
        assertThat(high.isAtOrAfter(high)).isTrue();
        assertThat(high.isAfter(high)).isFalse();
        assertThat(Lsn.max(low, high)).isEqualTo(high);
    }

    @Test
    void countsTheBytesBetweenPositions() {
        assertThat(Lsn.parse("1/10").bytesSince(Lsn.parse("0/FFFFFFF0"))).isEqualTo(32);
        assertThat(Lsn.parse("0/1").bytesSince(Lsn.parse("0/2"))).isZero();
    }
}
