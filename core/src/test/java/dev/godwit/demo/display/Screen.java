package dev.godwit.demo.display;

import dev.godwit.demo.display.DisplayModel.Stage;
import dev.godwit.demo.display.Line.Style;
import java.util.ArrayList;
import java.util.List;

/**
 * Draws a model as lines: a pure function of model and layout.
 *
 * @param width columns of the terminal
 * @param height rows of the terminal; no frame is taller than one less
 * @param glyphs signs that the terminal can show
 * @param colour whether it understands colours
 */
record Screen(int width, int height, Glyphs glyphs, boolean colour) {

    private static final int LABEL = 17;

    List<String> draw(DisplayModel model) {
        List<String> lines = new ArrayList<>();
        lines.add(line().add(" " + model.title(), Style.BOLD)
                .right(Figures.clock(model.elapsed()) + " ", Style.BOLD)
                .toString());
        lines.addAll(stages(model.stages()));
        lines.add("");
        List<String> foot = foot(model);
        int room = height - 1 - lines.size() - foot.size();
        model.copy().ifPresent(copy -> lines.addAll(new TableBars(this).draw(copy, room)));
        lines.addAll(foot);
        return lines.size() < height ? lines : lines.subList(0, Math.max(1, height - 1));
    }

    Line line() {
        return new Line(width, colour);
    }

    Line labelled(String label) {
        return line().add(" " + pad(label, LABEL) + " ", Style.FAINT);
    }

    static String pad(String text, int width) {
        return text.length() > width ? text.substring(0, width - 1) + "~" : text + " ".repeat(width - text.length());
    }

    static String padLeft(String text, int width) {
        return " ".repeat(Math.max(0, width - text.length())) + text;
    }

    /** As many lines as the stages need, broken between stages only. */
    private List<String> stages(List<Stage> stages) {
        List<String> lines = new ArrayList<>();
        Line line = line();
        for (Stage stage : stages) {
            String piece = " " + sign(stage) + " " + stage.name() + time(stage) + " ";
            if (line.room() < piece.length()) {
                lines.add(line.toString());
                line = line();
            }
            line.add(piece, style(stage));
        }
        lines.add(line.toString());
        return lines;
    }

    private String sign(Stage stage) {
        return switch (stage.state()) {
            case WAITING -> glyphs.waiting();
            case RUNNING -> glyphs.running();
            case DONE -> glyphs.done();
            case FAILED -> glyphs.failed();
        };
    }

    private static String time(Stage stage) {
        return stage.state() == DisplayModel.State.WAITING ? "" : " " + Figures.took(stage.took());
    }

    private static Style style(Stage stage) {
        return switch (stage.state()) {
            case WAITING -> Style.FAINT;
            case RUNNING -> Style.BUSY;
            case DONE -> Style.GOOD;
            case FAILED -> Style.BAD;
        };
    }

    private List<String> foot(DisplayModel model) {
        List<String> lines = new ArrayList<>();
        model.lastStep()
                .ifPresent(step -> lines.add(labelled("schema")
                        .add(Figures.count(step.done()) + " steps done, last: ")
                        .add(step.last() + " ", Style.BUSY)
                        .add("in " + Figures.took(step.took()))
                        .toString()));
        model.follow().ifPresent(follow -> lines.add(replication(follow)));
        model.traffic().ifPresent(traffic -> lines.addAll(traffic(traffic)));
        for (String note : model.notes()) {
            lines.add(line().add(" ! " + note, Style.BAD).toString());
        }
        return lines;
    }

    private String replication(DisplayModel.Follow follow) {
        String applied = Figures.count(follow.applied().transactions()) + " transactions, "
                + Figures.count(follow.applied().changes()) + " changes applied";
        if (follow.over()) {
            return labelled("replication")
                    .add("ended", Style.GOOD)
                    .add(": " + applied)
                    .toString();
        }
        String lag = Figures.bytes(follow.lagBytes()) + " " + glyphs.dot() + " " + Figures.took(follow.lag());
        return labelled("replication")
                .add("behind by ")
                .add(pad(lag, 17), Style.BUSY)
                .add(" " + applied + ", ")
                .add(Figures.rate(follow.applied().perSecond()), Style.BUSY)
                .toString();
    }

    private List<String> traffic(DisplayModel.Traffic traffic) {
        Line numbers = labelled("rentals")
                .add(traffic.open() ? Figures.count(traffic.perSecond()) + " commits/s" : "shop closed", Style.BUSY)
                .add(" " + glyphs.arrow() + " ")
                .add(traffic.server(), Style.BOLD)
                .add(" " + glyphs.dot() + " " + Figures.count(traffic.acknowledged()) + " acknowledged " + glyphs.dot()
                        + " " + traffic.connections() + " connections");
        List<Long> history = traffic.commitsPerSecond();
        Line spark = labelled("");
        int shown = Math.max(0, Math.min(history.size(), spark.room() - 1));
        List<Long> recent = history.subList(history.size() - shown, history.size());
        long highest = recent.stream().mapToLong(Long::longValue).max().orElse(0);
        return List.of(
                numbers.toString(),
                spark.add(glyphs.sparkline(recent, highest), Style.GOOD).toString());
    }
}
