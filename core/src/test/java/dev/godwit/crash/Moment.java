package dev.godwit.crash;

import dev.godwit.AlteredFence;
import dev.godwit.cutover.FenceContext;
import dev.godwit.cutover.RaisedFence;
import dev.godwit.cutover.TrafficSwitch;
import dev.godwit.cutover.WriteFence;
import dev.godwit.cutover.WriteFences;
import dev.godwit.event.MigrationEvent;
import dev.godwit.internal.cutover.StepActs;
import dev.godwit.result.Finding;
import dev.godwit.schema.SchemaPreparer;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Where the process halts, without any of its shutdown, as a kill -9 would end it. Moments inside plug points are exact; those of
 * events come right after, since listeners are told by a thread of their own.
 *
 * @param name of the moment, {@code none} for a process that lives
 * @param count how many times the moment goes by before it halts
 */
record Moment(String name, AtomicInteger count, Dialogue dialogue) {
    static final String NONE = "none";
    static final int STATUS = 137;

    /** {@code name} or {@code name*n} for the n-th time. */
    static Moment parse(String text, Dialogue dialogue) {
        int star = text.indexOf('*');
        return star < 0
                ? new Moment(text, new AtomicInteger(1), dialogue)
                : new Moment(
                        text.substring(0, star),
                        new AtomicInteger(Integer.parseInt(text.substring(star + 1))),
                        dialogue);
    }

    /** Halts at begin or end of a step of the cutover ({@link dev.godwit.race.Moment}), if that is what is wanted. */
    static void haltInStep(String member, String moment) {
        if (dev.godwit.race.Moment.all().stream()
                .anyMatch(step -> step.toString().equals(moment))) {
            StepActs.set((migration, step, ended) -> {
                if (migration.equals(member)
                        && new dev.godwit.race.Moment(step, ended).toString().equals(moment)) {
                    Runtime.getRuntime().halt(STATUS);
                }
            });
        }
    }

    private void at(String moment) {
        if (name.equals(moment) && count.decrementAndGet() == 0) {
            Runtime.getRuntime().halt(STATUS);
        }
    }

    void onEvent(MigrationEvent event) {
        if (event instanceof MigrationEvent.PhaseChanged changed) {
            at("phase " + changed.to());
        } else if (event instanceof MigrationEvent.TableProgress progress) {
            at("progress " + progress.table());
        } else if (event instanceof MigrationEvent.TableCopied) {
            at("table copied");
        } else if (event instanceof MigrationEvent.SchemaStepDone) {
            at("schema step");
        } else if (event instanceof MigrationEvent.Warning warning) {
            dialogue.say(Dialogue.WARNING + warning.message().replace('\n', ' '));
        }
    }

    SchemaPreparer preparer(SchemaPreparer real) {
        return (source, target, tables) -> {
            at("before schema");
            return real.plan(source, target, tables);
        };
    }

    /** Says so when it is time to switch, and waits until the test has done it. */
    TrafficSwitch trafficSwitch() {
        return trafficSwitch(Dialogue.SWITCH);
    }

    TrafficSwitch trafficSwitch(String line) {
        return context -> {
            at("before switch");
            if (name.equals("fail switch")) {
                throw new IllegalStateException("traffic could not be switched");
            }
            dialogue.say(line);
            dialogue.awaitGo();
            at("after switch");
        };
    }

    WriteFence fence() {
        WriteFence real = WriteFences.lockTables();
        return new WriteFence() {
            @Override
            public List<Finding> check(FenceContext context) throws SQLException {
                return real.check(context);
            }

            @Override
            public RaisedFence raise(FenceContext context) throws Exception {
                at("before fence");
                RaisedFence raised = real.raise(context);
                at("after fence");
                if (name.equals("hold behind fence")) {
                    dialogue.say("held");
                    dialogue.awaitGo();
                }
                return halting(raised);
            }

            @Override
            public void reopen(FenceContext context) throws Exception {
                at("before reopen");
                real.reopen(context);
                at("after reopen");
            }

            @Override
            public void reclose(FenceContext context) throws Exception {
                at("before reclose");
                real.reclose(context);
            }
        };
    }

    private RaisedFence halting(RaisedFence real) {
        return AlteredFence.around(real, () -> at("in seal"), () -> at("after seal"));
    }
}
