package dev.godwit.internal.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class DrainForecastTest {
    private static final Duration MAX = Duration.ofSeconds(4);

    private static DrainForecast forecast(long first, long last) {
        return DrainForecast.of(Duration.ofMillis(first)).then(Duration.ofMillis(last));
    }

    @Test
    void isShortUpToSixtyMilliseconds() {
        assertThat(DrainForecast.of(Duration.ofMillis(60)).isShort()).isTrue();
        assertThat(DrainForecast.of(Duration.ofMillis(61)).isShort()).isFalse();
        assertThat(forecast(1_000, 20).isShort()).as("the last one counts").isTrue();
    }

    @Test
    void isNearBestUpToHalfAsMuchAgain() {
        assertThat(DrainForecast.of(Duration.ofMillis(900)).isNearBest()).isTrue();
        assertThat(forecast(200, 300).isNearBest()).isTrue();
        assertThat(forecast(200, 301).isNearBest()).isFalse();
        assertThat(forecast(900, 100).then(Duration.ofMillis(151)).isNearBest())
                .as("the least counts, not the first")
                .isFalse();
    }

    @Test
    void isBearableIfItIsShortOrDoesNotGrow() {
        assertThatCode(() -> forecast(1, 60).requireBearable(MAX)).doesNotThrowAnyException();
        assertThatCode(() -> forecast(400, 1_600).requireBearable(MAX)).doesNotThrowAnyException();
        assertThatCode(() -> forecast(9_000, 1_999).requireBearable(MAX)).doesNotThrowAnyException();
    }

    @Test
    void refusesWhatTakesHalfOfThePause() {
        assertThatIllegalStateException()
                .isThrownBy(() -> forecast(2_000, 2_000).requireBearable(MAX))
                .withMessageContaining("would take PT2S now, and maxWritePause allows PT2S")
                .withMessageContaining("wait for a calmer moment");
    }

    @Test
    void refusesWhatGrows() {
        assertThatIllegalStateException()
                .isThrownBy(() -> forecast(400, 1_601).requireBearable(MAX))
                .withMessageContaining("took PT0.4S at first and takes PT1.601S now")
                .withMessageContaining("appliers");
    }
}
