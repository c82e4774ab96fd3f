package dev.godwit.internal.copy;

import dev.godwit.schema.SchemaStep;
import dev.godwit.schema.TableName;
import java.io.Serializable;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Something to do on the target in one transaction, with the marks that it is done. */
sealed interface Work extends Serializable {

    /** Names what it is about, for messages. */
    String name();

    /** Larger ones go first. */
    long weight();

    /** Gives the same in smaller pieces, to be tried when the whole has failed; empty if there are none. */
    List<Work> pieces();

    /**
     * Copies whole tables and builds upon them.
     *
     * @param tables the tables; several only if all are small
     * @param steps what is built on them in the same transaction
     */
    record Tables(List<CopyTable> tables, List<SchemaStep> steps, long weight) implements Work {
        public Tables {
            tables = List.copyOf(tables);
            steps = List.copyOf(steps);
        }

        @Override
        public String name() {
            return tables.stream().map(table -> "table " + table.name()).collect(Collectors.joining(", "));
        }

        @Override
        public List<Work> pieces() {
            if (tables.size() == 1) {
                return List.of();
            }
            return tables.stream()
                    .<Work>map(table -> new Tables(List.of(table), List.of(), weight))
                    .toList();
        }
    }

    /**
     * Copies a part of a table.
     *
     * @param number counts the parts
     * @param condition which rows, by what cannot change under a snapshot
     */
    record Chunk(CopyTable table, int number, String condition, long weight) implements Work {
        @Override
        public String name() {
            return "table " + table.name();
        }

        @Override
        public List<Work> pieces() {
            return List.of();
        }
    }

    /**
     * Builds something.
     *
     * @param name what it is about
     * @param steps in order
     * @param together whether they are many and short, and done in one transaction
     * @param vacuumed a table to be vacuumed first, as it was not frozen when it was copied
     */
    record Steps(
            String name,
            List<SchemaStep> steps,
            boolean together,
            @Nullable TableName vacuumed,
            long weight) implements Work {
        public Steps {
            steps = List.copyOf(steps);
        }

        /** Gives steps that are done one after the other, each in its own transaction. */
        static Steps inOrder(String name, List<SchemaStep> steps) {
            return new Steps(name, steps, false, null, 0);
        }

        @Override
        public List<Work> pieces() {
            return List.of();
        }
    }
}
