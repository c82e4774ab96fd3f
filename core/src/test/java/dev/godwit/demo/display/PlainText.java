package dev.godwit.demo.display;

import dev.godwit.demo.display.DisplayModel.Copy;
import dev.godwit.demo.display.DisplayModel.State;
import dev.godwit.demo.display.DisplayModel.Table;
import java.util.ArrayList;
import java.util.List;

/** One line for where no screen can be redrawn: a log of a build server, a file. A pure function of the model. */
final class PlainText {

    private PlainText() {}

    static String line(DisplayModel model) {
        List<String> parts = new ArrayList<>();
        parts.add("[" + Screen.padLeft(Figures.clock(model.elapsed()), 4) + "] " + stage(model));
        model.copy().ifPresent(copy -> parts.add(copy(copy)));
        model.follow()
                .filter(follow -> !follow.over())
                .ifPresent(follow -> parts.add("behind by "
                        + Figures.bytes(follow.lagBytes()) + " / " + Figures.took(follow.lag()) + ", "
                        + Figures.rate(follow.applied().perSecond()) + " applied"));
        model.traffic()
                .filter(DisplayModel.Traffic::open)
                .ifPresent(traffic -> parts.add(traffic.perSecond() + " commits/s on " + traffic.server()));
        if (!model.notes().isEmpty()) {
            parts.add("note: " + model.notes().get(model.notes().size() - 1));
        }
        return String.join("; ", parts);
    }

    /** The stage at work, empty if there is none. */
    static String stage(DisplayModel model) {
        return model.stages().stream()
                .filter(stage -> stage.state() == State.RUNNING || stage.state() == State.FAILED)
                .map(stage -> stage.name() + (stage.state() == State.FAILED ? " FAILED" : ""))
                .findFirst()
                .orElse("");
    }

    private static String copy(Copy copy) {
        long done = copy.tables().stream().filter(Table::done).count();
        long percent = copy.done() ? 100 : Math.min(99, 100 * copy.rows() / Math.max(1, copy.expectedRows()));
        return done + " of " + copy.tables().size() + " tables, " + Figures.count(copy.rows()) + " rows (" + percent
                + " %)";
    }
}
