package dev.godwit.schema;

import java.sql.SQLException;
import java.util.List;

/** Reads the objects of one class, in a number of queries that does not grow with their number. */
@FunctionalInterface
interface ObjectReader {
    List<SchemaObject> read() throws SQLException;
}
