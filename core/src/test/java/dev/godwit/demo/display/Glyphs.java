package dev.godwit.demo.display;

/**
 * The signs that the terminal can show.
 *
 * @param eighths a bar's cell from empty to full; two signs where a cell is not divided
 * @param levels a sparkline's cell from lowest to highest
 * @param done a finished stage
 * @param running the stage at work
 * @param waiting a stage to come
 * @param failed the stage that failed
 * @param arrow from here to there
 * @param dot between two pieces of one line
 */
record Glyphs(
        String eighths,
        String levels,
        String done,
        String running,
        String waiting,
        String failed,
        String arrow,
        String dot) {

    static final Glyphs UNICODE = new Glyphs("░▏▎▍▌▋▊▉█", "▁▂▃▄▅▆▇█", "✔", "▶", "·", "✘", "→", "·");
    static final Glyphs ASCII = new Glyphs(".#", "_.-=+*#", "+", ">", "-", "!", "->", "|");

    /** A bar of the given width. */
    String bar(double fraction, int width) {
        int steps = eighths.length() - 1;
        int filled = (int) Math.round(fraction * width * steps);
        StringBuilder bar = new StringBuilder(width);
        for (int cell = 0; cell < width; cell++) {
            int level = Math.max(0, Math.min(steps, filled - cell * steps));
            bar.append(eighths.charAt(level));
        }
        return bar.toString();
    }

    /** One sign for each value, scaled so that the highest value has the highest sign. */
    String sparkline(Iterable<Long> values, long highest) {
        StringBuilder line = new StringBuilder();
        for (long value : values) {
            long level = highest <= 0 ? 0 : value * (levels.length() - 1) / highest;
            line.append(levels.charAt((int) Math.max(0, Math.min(levels.length() - 1, level))));
        }
        return line.toString();
    }
}
