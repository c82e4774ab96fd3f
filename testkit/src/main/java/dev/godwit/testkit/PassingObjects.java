package dev.godwit.testkit;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.SplittableRandom;

/** Makes a table and a function, fills, indexes and rewrites the table, and drops it all again in the same transaction. */
record PassingObjects(int writer, int rows) implements WorkloadWrites {
    static PassingObjects plan(int writer, SplittableRandom random) {
        return new PassingObjects(writer, 1 + random.nextInt(50));
    }

    @Override
    public void execute(Connection connection) throws SQLException {
        String name = "workload.passing_" + writer;
        for (String sql : new String[] {
            "CREATE TABLE " + name + " (id int PRIMARY KEY, payload text)",
            "INSERT INTO " + name + " SELECT i, md5(i::text) FROM generate_series(1, " + rows + ") i",
            "CREATE INDEX ON " + name + " (payload)",
            "ALTER TABLE " + name + " ALTER id TYPE bigint",
            "ALTER TABLE " + name + " ADD COLUMN more int DEFAULT 1",
            "CREATE FUNCTION " + name + "() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM " + name + "'",
            "DELETE FROM " + name + " WHERE id % 2 = 0",
            "DROP FUNCTION " + name + "()",
            "DROP TABLE " + name,
        }) {
            WorkloadWrites.update(connection, sql);
        }
    }

    @Override
    public void addTo(WorkloadExpectation expectation) {}
}
