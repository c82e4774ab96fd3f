package dev.godwit.config;

import dev.godwit.schema.SchemaPreparer;
import dev.godwit.schema.SchemaPreparers;
import java.util.Optional;
import java.util.stream.Stream;

/** The preparers that come with the library, by the names of the methods that give them. */
enum SchemaChoice {
    FROM_CATALOG("fromCatalog"),
    PG_DUMP("pgDump"),
    ALREADY_PREPARED("alreadyPrepared"),
    NONE("none");

    private final String text;

    SchemaChoice(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }

    SchemaPreparer preparer() {
        return switch (this) {
            case FROM_CATALOG -> SchemaPreparers.fromCatalog();
            case PG_DUMP -> SchemaPreparers.pgDump();
            case ALREADY_PREPARED -> SchemaPreparers.alreadyPrepared();
            case NONE -> SchemaPreparers.none();
        };
    }

    static SchemaChoice parse(String text) {
        return Stream.of(values())
                .filter(choice -> choice.text.equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "must be fromCatalog, pgDump, alreadyPrepared or none, not '" + Problems.shown(text) + "'"));
    }

    /** Gives the choice that a preparer is; none for a user's own, or one with options, which cannot be said in a file. */
    static Optional<SchemaChoice> of(SchemaPreparer preparer) {
        return Stream.of(values())
                .filter(choice -> choice.preparer().equals(preparer))
                .findFirst();
    }
}
