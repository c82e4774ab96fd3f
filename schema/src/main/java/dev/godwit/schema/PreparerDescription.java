package dev.godwit.schema;

import java.nio.file.Path;
import java.util.List;

/**
 * Which of the preparers that come with the library one is, and with which options: what can be written down of it, as a task file does.
 * {@link SchemaPreparers#describe(SchemaPreparer)} tells it. Immutable; safe for use by any thread.
 */
public sealed interface PreparerDescription {

    /**
     * Makes the preparer that is described.
     *
     * @return a preparer that is equal to the described one
     */
    SchemaPreparer preparer();

    /**
     * {@link SchemaPreparers#fromCatalog(SchemaCopyOptions)}.
     *
     * @param options what is carried beyond what is carried anyway
     */
    record FromCatalog(SchemaCopyOptions options) implements PreparerDescription {
        @Override
        public SchemaPreparer preparer() {
            return SchemaPreparers.fromCatalog(options);
        }
    }

    /**
     * {@link SchemaPreparers#pgDump(PgDumpOptions)}.
     *
     * @param options how pg_dump is run
     */
    record PgDump(PgDumpOptions options) implements PreparerDescription {
        @Override
        public SchemaPreparer preparer() {
            return SchemaPreparers.pgDump(options);
        }
    }

    /**
     * {@link SchemaPreparers#scripts(List, List)}.
     *
     * @param beforeCopy the scripts before the copy, in their order
     * @param afterCopy the scripts after the copy, in their order
     */
    record Scripts(List<Path> beforeCopy, List<Path> afterCopy) implements PreparerDescription {
        /**
         * Copies the lists.
         *
         * @param beforeCopy the scripts before the copy
         * @param afterCopy the scripts after the copy
         */
        public Scripts {
            beforeCopy = List.copyOf(beforeCopy);
            afterCopy = List.copyOf(afterCopy);
        }

        @Override
        public SchemaPreparer preparer() {
            return SchemaPreparers.scripts(beforeCopy, afterCopy);
        }
    }

    /** {@link SchemaPreparers#alreadyPrepared()}. */
    record AlreadyPrepared() implements PreparerDescription {
        @Override
        public SchemaPreparer preparer() {
            return SchemaPreparers.alreadyPrepared();
        }
    }

    /** {@link SchemaPreparers#none()}. */
    record None() implements PreparerDescription {
        @Override
        public SchemaPreparer preparer() {
            return SchemaPreparers.none();
        }
    }
}
