package dev.godwit.internal.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.replication.Lsn;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class RatesTest {
    private final Rates rates = new Rates();

    private static long seconds(long seconds) {
        return TimeUnit.SECONDS.toNanos(seconds);
    }

    @Test
    void tellHowFastTheLagShrinks() {
        rates.sample(0, 10_000);
        assertThat(rates.catchUp()).isEmpty();
        rates.sample(seconds(1), 9_000);
        assertThat(rates.catchUp()).hasValue(1_000);
        rates.sample(seconds(2), 12_000);
        assertThat(rates.catchUp()).hasValue(-1_000);
    }

    @Test
    void forgetWhatIsLongerAgoThanHalfAMinute() {
        rates.sample(0, 1_000_000);
        for (int second = 10; second <= 60; second++) {
            rates.sample(seconds(second), 1_000 - 10L * second);
        }
        assertThat(rates.catchUp()).hasValue(10);
    }

    @Test
    void measureWhatAChangeTakesInTheLog() {
        assertThat(rates.changesIn(0)).isZero();
        assertThat(rates.changesIn(2_000)).isEqualTo(10);
        rates.applied(new Lsn(1_000), 5);
        rates.applied(new Lsn(2_000), 10);
        assertThat(rates.changesIn(2_000)).as("too few to tell").isEqualTo(10);
        rates.applied(new Lsn(101_000), 105);
        assertThat(rates.changesIn(10_000)).isEqualTo(10);
    }
}
