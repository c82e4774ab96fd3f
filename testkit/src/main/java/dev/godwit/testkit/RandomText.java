package dev.godwit.testkit;

import java.util.SplittableRandom;

/**
 * A text that does not compress well, so that a few kilobytes go out of line; begins with what nobody may show, where there is room.
 *
 * @param seed what its characters follow from
 * @param length in characters
 */
record RandomText(long seed, int length) {
    static RandomText draw(SplittableRandom random, int length) {
        return new RandomText(random.nextLong(), length);
    }

    String text() {
        SplittableRandom random = new SplittableRandom(seed);
        StringBuilder text = new StringBuilder(length + 13);
        if (length > PlantedValues.ROW.length()) {
            text.append(PlantedValues.ROW);
        }
        while (text.length() < length) {
            text.append(Long.toString(random.nextLong() & Long.MAX_VALUE, 36));
        }
        text.setLength(length);
        return text.toString();
    }
}
