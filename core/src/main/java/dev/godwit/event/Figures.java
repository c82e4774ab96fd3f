package dev.godwit.event;

import java.time.Duration;
import java.util.Locale;

/** Numbers as people read them. */
final class Figures {
    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB"};

    private Figures() {}

    /** {@code 1,197,289}. */
    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** {@code 97.3 MB}. */
    static String bytes(long bytes) {
        double value = (double) bytes;
        int unit = 0;
        while (value >= 1000 && unit < UNITS.length - 1) {
            value /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 || value >= 100 ? "%.0f %s" : "%.1f %s", value, UNITS[unit]);
    }

    /** {@code 83 ms} below a second, {@code 1.4 s} below a minute, {@code 2:07} below an hour, {@code 1:02:07} from there on. */
    static String time(Duration duration) {
        if (duration.compareTo(Duration.ofSeconds(1)) < 0) {
            return duration.toMillis() + " ms";
        }
        if (duration.compareTo(Duration.ofMinutes(1)) < 0) {
            return String.format(Locale.ROOT, "%.1f s", (double) duration.toMillis() / 1000);
        }
        return clock(duration);
    }

    /** {@code 0:07}, {@code 1:02:07}. */
    static String clock(Duration duration) {
        return duration.toHours() == 0
                ? String.format(Locale.ROOT, "%d:%02d", duration.toMinutes(), duration.toSecondsPart())
                : String.format(
                        Locale.ROOT,
                        "%d:%02d:%02d",
                        duration.toHours(),
                        duration.toMinutesPart(),
                        duration.toSecondsPart());
    }

    /** {@code 45 %}, and never 100 before it is. */
    static String percent(double share) {
        return share >= 1 ? "100 %" : (int) Math.max(0, Math.min(99, share * 100)) + " %";
    }
}
