package dev.godwit.demo.display;

/** A line of the screen that never grows wider than the screen; colour does not count as width. */
final class Line {

    /** How a piece of text looks; the numbers are those of ECMA-48's SGR. */
    enum Style {
        PLAIN(""),
        BOLD("1"),
        FAINT("2"),
        GOOD("32"),
        BUSY("36"),
        BAD("31");

        private final String code;

        Style(String code) {
            this.code = code;
        }
    }

    private final int width;
    private final boolean colour;
    private final StringBuilder text = new StringBuilder();
    private int used;

    Line(int width, boolean colour) {
        this.width = width;
        this.colour = colour;
    }

    Line add(String piece) {
        return add(piece, Style.PLAIN);
    }

    Line add(String piece, Style style) {
        String fitting = piece.substring(0, Math.min(piece.length(), room()));
        used += fitting.length();
        if (colour && style != Style.PLAIN && !fitting.isEmpty()) {
            text.append("\u001b[")
                    .append(style.code)
                    .append('m')
                    .append(fitting)
                    .append("\u001b[0m");
        } else {
            text.append(fitting);
        }
        return this;
    }

    /** Adds the text so that it ends at the right edge. */
    Line right(String piece, Style style) {
        return add(" ".repeat(Math.max(1, room() - piece.length()))).add(piece, style);
    }

    int room() {
        return width - used;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
