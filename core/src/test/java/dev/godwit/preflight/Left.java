package dev.godwit.preflight;

import dev.godwit.result.Finding;
import dev.godwit.result.PreflightReport;
import dev.godwit.testkit.PostgresPair;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What a migration that was refused has to leave as it was, and what it was refused for. */
final class Left {

    /** Everything that somebody could leave behind. */
    private static final String EVERYTHING =
            "SELECT 'class ' || oid::regclass FROM pg_class WHERE relpersistence <> 't'"
                    + " AND relnamespace NOT IN (SELECT oid FROM pg_namespace WHERE nspname ~ '^pg_(toast|temp)')"
                    + " UNION ALL SELECT 'schema ' || nspname FROM pg_namespace WHERE nspname !~ '^pg_(toast_)?temp'"
                    + " UNION ALL SELECT 'slot ' || slot_name FROM pg_replication_slots"
                    + " UNION ALL SELECT 'publication ' || pubname FROM pg_publication"
                    + " UNION ALL SELECT 'type ' || oid::regtype FROM pg_type WHERE typtype = 'e'"
                    + " UNION ALL SELECT 'large object ' || oid FROM pg_largeobject_metadata"
                    + " UNION ALL SELECT 'trigger ' || evtname FROM pg_event_trigger"
                    + " UNION ALL SELECT 'setting ' || setdatabase || ' ' || setrole || setconfig::text FROM pg_db_role_setting"
                    + " ORDER BY 1";

    private Left() {}

    /** Gives everything that is on both servers. */
    static Set<String> on(PostgresPair pair) {
        Set<String> left = new TreeSet<>();
        pair.source().query("app", EVERYTHING).forEach(line -> left.add("source: " + line));
        pair.target().query("app", EVERYTHING).forEach(line -> left.add("target: " + line));
        return left;
    }

    /** Gives the codes of what is in the way. */
    static Set<String> blockers(PreflightReport report) {
        return report.blockers().stream().map(Finding::code).collect(Collectors.toCollection(TreeSet::new));
    }
}
