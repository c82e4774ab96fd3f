package dev.godwit.event;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/** What {@link ConsoleProgress} draws of one migration. Not safe for use by several threads. */
final class ConsoleBoard {
    private static final int BAR = 20;
    private static final int LABEL = 24;

    private final String migration;
    private final Map<String, Table> copying = new LinkedHashMap<>();
    private final Map<String, Long> expectedRows = new LinkedHashMap<>();
    private @Nullable Instant begun;
    private MigrationPhase phase = MigrationPhase.CREATED;
    private MigrationEvent.@Nullable CopyProgress copy;
    private MigrationEvent.@Nullable ReplicationProgress replication;
    private String doing = "";
    private String note = "";
    private boolean over;

    /** A table whose copy is under way. */
    private record Table(Instant begun, long rows, long bytes) {}

    ConsoleBoard(String migration) {
        this.migration = ConsoleProgress.plain(migration);
    }

    /** Whether nothing more is to be expected of the run. */
    boolean isOver() {
        return over;
    }

    void take(MigrationEvent event) {
        if (begun == null) {
            begun = event.at();
        }
        EventText text = EventText.of(event);
        if (text.level().toInt() >= Level.WARN.toInt()) {
            note = text.text();
        }
        over = event instanceof MigrationEvent.Failed;
        if (event instanceof MigrationEvent.PhaseChanged changed) {
            enter(changed.to());
        } else if (event instanceof MigrationEvent.CopyProgress progress) {
            copy = progress;
        } else if (event instanceof MigrationEvent.ReplicationProgress progress) {
            replication = progress;
        } else if (event instanceof MigrationEvent.SchemaStepDone step) {
            doing = "schema: " + step.step() + " in " + Figures.time(step.took());
        } else if (event instanceof MigrationEvent.VerificationStarted
                || event instanceof MigrationEvent.VerificationProgress
                || event instanceof MigrationEvent.VerificationCompleted) {
            doing = text.text();
        } else if (event instanceof MigrationEvent.CutoverStepStarted step) {
            doing = "cutover: " + step.step();
        } else if (event instanceof MigrationEvent.CutoverCompleted done) {
            doing = "writes were held back for " + Figures.time(done.writePause());
        } else if (event instanceof MigrationEvent.CutoverRehearsed rehearsed) {
            doing = "rehearsed: writes are to be held back for " + Figures.time(rehearsed.expectedPause());
        } else if (event instanceof MigrationEvent.CopyThrottled throttled) {
            doing = throttled.reason().isEmpty() ? "" : "the copy pauses: " + throttled.reason();
        } else {
            takeTable(event);
        }
    }

    private void enter(MigrationPhase to) {
        phase = to;
        over = to.isCutOver() || to == MigrationPhase.CANCELLED;
        if (to != MigrationPhase.SNAPSHOT) {
            copying.clear();
        }
        if (!over) {
            doing = "";
        }
    }

    private void takeTable(MigrationEvent event) {
        if (event instanceof MigrationEvent.TableQueued table) {
            expectedRows.put(table.table(), table.estimatedRows());
        } else if (event instanceof MigrationEvent.TableProgress table) {
            Table before = copying.get(table.table());
            copying.put(
                    table.table(),
                    new Table(before == null ? event.at() : before.begun(), table.rows(), table.bytes()));
        } else if (event instanceof MigrationEvent.TableCopied table) {
            copying.remove(table.table());
            expectedRows.remove(table.table());
        }
    }

    /** Gives as many lines as there is room for, the most important first to stay. */
    List<String> draw(Instant now, int width, int room) {
        List<String> lines = new ArrayList<>();
        lines.add(migration + "  " + phase + "  " + Figures.clock(since(now)));
        if (over) {
            lines.set(0, lines.get(0) + (doing.isEmpty() ? "" : "  " + doing));
        }
        if (!note.isEmpty()) {
            lines.add("  ! " + note);
        }
        if (!over) {
            drawProgress(lines, now, room);
        }
        return lines.subList(0, Math.min(room, lines.size())).stream()
                .map(ConsoleProgress::plain)
                .map(line -> line.substring(
                        0, line.offsetByCodePoints(0, Math.min(width, line.codePointCount(0, line.length())))))
                .toList();
    }

    private Duration since(Instant now) {
        Instant start = begun == null ? now : begun;
        return start.isAfter(now) ? Duration.ZERO : Duration.between(start, now);
    }

    private void drawProgress(List<String> lines, Instant now, int room) {
        MigrationEvent.ReplicationProgress behind = replication;
        if (behind != null) {
            lines.add("  " + EventText.of(behind).text());
        }
        MigrationEvent.CopyProgress whole = copy;
        if (whole != null && phase == MigrationPhase.SNAPSHOT) {
            lines.add("  " + bar(EventText.share(whole)) + " "
                    + EventText.of(whole).text());
        }
        if (!doing.isEmpty()) {
            lines.add("  " + doing);
        }
        for (Map.Entry<String, Table> table : copying.entrySet()) {
            if (lines.size() >= room) {
                return;
            }
            lines.add("  " + drawTable(table.getKey(), table.getValue(), now));
        }
    }

    private String drawTable(String name, Table table, Instant now) {
        long expected = expectedRows.getOrDefault(name, -1L);
        long millis = Duration.between(table.begun(), now).toMillis();
        long perSecond = millis <= 0 ? 0 : table.rows() * 1000 / millis;
        double share = expected <= 0 ? 0 : Math.min(0.99, (double) table.rows() / expected);
        boolean foreseeable = perSecond > 0 && expected > table.rows();
        return (expected > 0 ? bar(share) + " " + Figures.percent(share) : bar(0)) + " " + label(name) + " "
                + Figures.count(table.rows()) + " rows, " + Figures.count(perSecond) + " rows/s"
                + EventText.left(foreseeable ? Duration.ofSeconds((expected - table.rows()) / perSecond) : null);
    }

    private static String label(String name) {
        return name.length() <= LABEL ? name : name.substring(0, LABEL - 1) + "~";
    }

    private static String bar(double share) {
        int full = (int) (share * BAR);
        return "[" + "#".repeat(full) + ".".repeat(BAR - full) + "]";
    }
}
