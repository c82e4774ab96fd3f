package dev.godwit.ddl;

import java.util.ArrayList;
import java.util.List;

/**
 * A kind of DDL. Its statements run in a schema of its own, which is on the search path.
 *
 * @param name its name, of small letters and underscores
 * @param outcome what is expected of a run when it happens and rows are written afterwards
 * @param message what the run has to say of it
 * @param setup what is there before the migration, beside table {@code t}
 * @param ddl the statements
 * @param write how row 900 is written afterwards, and whatever else
 * @param mending what makes the target fit; on the source if it begins with {@link #ON_SOURCE}
 * @param duty what is to be done for the kind after that
 * @param underLocks what becomes of it while the cutover holds its locks
 */
record DdlKind(
        String name,
        Outcome outcome,
        String message,
        List<String> setup,
        List<String> ddl,
        String write,
        List<String> mending,
        Duty duty,
        UnderLocks underLocks) {
    static final String ON_SOURCE = "SOURCE ";
    /** Of this shape in every kind that does not say otherwise. */
    static final String TABLE = "CREATE TABLE t (id int PRIMARY KEY, v varchar(10), n int)";

    private static final String ROWS = "INSERT INTO t (id, v, n) SELECT i, 'v' || i, i FROM generate_series(1, 20) i";
    /** Before the DDL; then the target has row 800. */
    static final String WRITE_BEFORE = "INSERT INTO t (id, v, n) VALUES (800, 'before', 800)";

    private static final String WRITE =
            "UPDATE t SET id = 901 WHERE id = 3; INSERT INTO t (id) VALUES (900); DELETE FROM t WHERE id = 2";

    /** What becomes of a run. */
    enum Outcome {
        /** Paused before the first row in the new shape. */
        PAUSES,
        /** Applying goes on, the cutover waits. */
        REPORTED,
        /** Applying goes on, and the table is told as one that is not migrated. */
        CREATED,
        /** Failed before the first row that the target does not take. */
        FAILS,
        /** Nothing is said. */
        UNHARMED
    }

    /** What else is to be done once the target fits. */
    enum Duty {
        NONE,
        COPY_AFRESH,
        /** Instead of resuming the run, which would stop again. */
        COPY_AFRESH_TO_GO_ON,
        ADD_TABLE,
        ACKNOWLEDGE
    }

    /** What becomes of DDL while the cutover's locks are held. */
    enum UnderLocks {
        /** It waits. */
        WAITS,
        /** It is done, and undoes the cutover. */
        UNDOES,
        /** It is done, and is none of the cutover's business. */
        PASSES
    }

    static DdlKind pauses(String name, String ddl, String message) {
        return new DdlKind(
                name,
                Outcome.PAUSES,
                message,
                List.of(),
                List.of(ddl),
                WRITE,
                List.of(ddl),
                Duty.NONE,
                UnderLocks.WAITS);
    }

    static DdlKind reported(String name, String ddl, String message) {
        return pauses(name, ddl, message).expecting(Outcome.REPORTED);
    }

    static DdlKind unharmed(String name, String ddl) {
        return pauses(name, ddl, "").expecting(Outcome.UNHARMED).mended();
    }

    DdlKind expecting(Outcome expected) {
        return new DdlKind(name, expected, message, setup, ddl, write, mending, duty, underLocks);
    }

    DdlKind setup(String... statements) {
        return new DdlKind(name, outcome, message, List.of(statements), ddl, write, mending, duty, underLocks);
    }

    DdlKind write(String statement) {
        return new DdlKind(name, outcome, message, setup, ddl, statement, mending, duty, underLocks);
    }

    DdlKind mended(String... statements) {
        return new DdlKind(name, outcome, message, setup, ddl, write, List.of(statements), duty, underLocks);
    }

    DdlKind then(Duty other) {
        return new DdlKind(name, outcome, message, setup, ddl, write, mending, other, underLocks);
    }

    DdlKind underLocks(UnderLocks other) {
        return new DdlKind(name, outcome, message, setup, ddl, write, mending, duty, other);
    }

    /** The search path comes first. */
    List<String> created() {
        List<String> all = new ArrayList<>(List.of("CREATE SCHEMA " + schema(), searchPath(), TABLE, ROWS));
        all.addAll(setup);
        return all;
    }

    String searchPath() {
        return "SET search_path = " + schema();
    }

    /** No keyword. */
    String schema() {
        return "s_" + name;
    }

    /** The table that is copied afresh or added. */
    String table() {
        return schema() + "." + (duty == Duty.ADD_TABLE ? "created" : "t");
    }

    @Override
    public String toString() {
        return name;
    }
}
