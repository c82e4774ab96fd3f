package dev.godwit.bench;

/** One way to copy a database: its schema, rows, indexes and constraints. */
interface Copier {
    /** Copies a database of the source into an empty one of the target; gives the seconds that this took. */
    double copy(String from, String to) throws Exception;

    /** Says what it is. */
    String description();
}
