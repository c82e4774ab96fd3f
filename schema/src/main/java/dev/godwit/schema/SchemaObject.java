package dev.godwit.schema;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An object of the source as statements that make it anew.
 *
 * @param id its address
 * @param kind its kind
 * @param name its name, unique among objects of that kind
 * @param stage when it is made
 * @param table the table whose rows it waits for; null unless the stage is AFTER_TABLE_COPY
 * @param parts what can be made later by a statement of its own
 * @param requires what it needs beyond what pg_depend says
 * @param definition its statements
 */
record SchemaObject(
        ObjectId id,
        ObjectKind kind,
        String name,
        SchemaStage stage,
        @Nullable TableName table,
        List<Part> parts,
        List<ObjectId> requires,
        Definition definition) {

    /** Gives the statements that make an object. */
    @FunctionalInterface
    interface Definition {
        /**
         * Writes the statements.
         *
         * @param separate the parts to leave out
         */
        String sql(Set<ObjectId> separate);
    }

    /**
     * Something of an object that has dependencies of its own: a default, a domain's constraint, a view's query.
     *
     * @param object the part as an object, made by a statement of its own
     * @param isEssential whether the object is worth nothing without it
     */
    record Part(SchemaObject object, boolean isEssential) {}

    static SchemaObject of(ObjectKind kind, ObjectId id, String name, String sql) {
        return of(kind, id, name, separate -> sql);
    }

    static SchemaObject of(ObjectKind kind, ObjectId id, String name, Definition definition) {
        return new SchemaObject(id, kind, name, kind.stage(), null, List.of(), List.of(), definition);
    }

    SchemaObject at(SchemaStage newStage) {
        return new SchemaObject(id, kind, name, newStage, table, parts, requires, definition);
    }

    SchemaObject after(TableName copied) {
        return new SchemaObject(id, kind, name, SchemaStage.AFTER_TABLE_COPY, copied, parts, requires, definition);
    }

    SchemaObject with(List<Part> newParts) {
        return new SchemaObject(id, kind, name, stage, table, List.copyOf(newParts), requires, definition);
    }

    SchemaObject requiring(ObjectId... ids) {
        return new SchemaObject(id, kind, name, stage, table, parts, List.of(ids), definition);
    }

    SchemaObject definedBy(Definition otherDefinition) {
        return new SchemaObject(id, kind, name, stage, table, parts, requires, otherDefinition);
    }

    /** Names the object for people and, unique within a plan, as a step. */
    String label() {
        return kind.label() + " " + name;
    }
}
