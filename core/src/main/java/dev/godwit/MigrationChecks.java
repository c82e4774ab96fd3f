package dev.godwit;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a migration's builder refuses. */
final class MigrationChecks {
    /** Of an identifier, in bytes of the server's encoding. */
    private static final int LONGEST_NAME = 63;

    private MigrationChecks() {}

    static void databaseName(String database, List<String> found) {
        int bytes = database.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0) {
            found.add("createTargetDatabase needs the name of the database in the target's URL");
        } else if (bytes > LONGEST_NAME) {
            found.add(
                    "the target database's name has " + bytes + " bytes, and a server would cut it to " + LONGEST_NAME);
        }
    }

    /** What of a part of a table is written to the target would be taken for a change of the whole on the way back. */
    static void reverse(boolean reverse, @Nullable TableFilter tables, List<String> found) {
        if (reverse && tables != null && !tables.parts().isEmpty()) {
            found.add(
                    "reverse(true) does not go with tables of which only some rows or columns are wanted: what is written"
                            + " to the target beyond them would go back, too; want all of "
                            + tables.parts().keySet()
                            + ", or leave reverse out");
        }
    }
}
