package dev.godwit.preflight;

import dev.godwit.result.FindingCode;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresServer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a pair of servers gives to a migration, and what is to be found of it.
 *
 * @param source the role's rights on the source
 * @param target the role's rights on the target
 * @param eventTriggers those of the source
 * @param largeObjects those of the source, and who may do what with them
 * @param places what the source has of slots and walsenders
 */
record Capabilities(
        Rights source, Rights target, EventTriggers eventTriggers, LargeObjects largeObjects, Places places) {

    /** Those of the role of the migration. */
    enum Rights {
        SUPERUSER,
        /** Exactly what the README lists. */
        LISTED,
        /** It may connect, no more. */
        NONE
    }

    /** What fires for definitions on the source. */
    enum EventTriggers {
        NONE,
        /** They write down what is defined, and let publications pass. */
        WRITING,
        /** They refuse publications too. */
        REFUSING
    }

    /** Whose they are, and whether the fence can hold them. */
    enum LargeObjects {
        NONE,
        /** By a grant, which is one to read them too. */
        LOCKABLE,
        /** By whoever has the rights of their owner. */
        READABLE,
        OF_A_STRANGER
    }

    /** Slots and walsenders of the source. */
    enum Places {
        AMPLE("logical", 10, 10),
        ONE("logical", 1, 1),
        NO_SLOT("logical", 0, 10),
        NO_SENDER("logical", 10, 0),
        NO_LOGICAL_DECODING("replica", 10, 10);

        private final String level;
        private final int slots;
        private final int senders;

        Places(String level, int slots, int senders) {
            this.level = level;
            this.slots = slots;
            this.senders = senders;
        }

        /** Restarts the server if it is not so already. */
        void prepare(PostgresServer server) {
            String wanted = level + " " + slots + " " + senders;
            String settings = "SELECT concat_ws(' ', current_setting('wal_level'),"
                    + " current_setting('max_replication_slots'), current_setting('max_wal_senders'))";
            if (!server.query("postgres", settings).contains(wanted)) {
                server.setParameter("wal_level", level);
                server.setParameter("max_replication_slots", String.valueOf(slots));
                server.setParameter("max_wal_senders", String.valueOf(senders));
                server.restart();
            }
        }
    }

    /** All combinations. */
    static List<Capabilities> all() {
        List<Capabilities> all = new ArrayList<>();
        for (Places places : Places.values()) {
            for (Rights source : Rights.values()) {
                for (Rights target : Rights.values()) {
                    for (EventTriggers eventTriggers : EventTriggers.values()) {
                        for (LargeObjects largeObjects : LargeObjects.values()) {
                            all.add(new Capabilities(source, target, eventTriggers, largeObjects, places));
                        }
                    }
                }
            }
        }
        return all;
    }

    /** Gives the codes of all blockers, and of no other findings. */
    Set<String> blockers() {
        Set<FindingCode> codes = new TreeSet<>();
        if (source == Rights.NONE) {
            codes.addAll(Set.of(
                    FindingCode.REPLICATION_CONNECTION,
                    FindingCode.SOURCE_REPLICATION,
                    FindingCode.SOURCE_CREATE,
                    FindingCode.SOURCE_OWNER,
                    FindingCode.SOURCE_SELECT,
                    FindingCode.FENCE_DATABASE_OWNER,
                    FindingCode.FENCE_SIGNAL,
                    FindingCode.FENCE_STATS,
                    FindingCode.FENCE_LOCK));
        }
        if (cannotReadLargeObjects()) {
            codes.add(FindingCode.SOURCE_LARGE_OBJECTS);
        }
        if (target == Rights.NONE) {
            codes.addAll(Set.of(
                    FindingCode.TARGET_CREATE, FindingCode.TARGET_SCHEMA_CREATE, FindingCode.TARGET_REPLICA_ROLE));
        }
        switch (places) {
            case NO_SLOT -> codes.add(FindingCode.NO_FREE_REPLICATION_SLOT);
            case NO_SENDER -> codes.addAll(Set.of(FindingCode.NO_FREE_WALSENDER, FindingCode.REPLICATION_CONNECTION));
            case NO_LOGICAL_DECODING -> codes.add(FindingCode.WAL_LEVEL);
            default -> {}
        }
        if (eventTriggers == EventTriggers.REFUSING && source != Rights.NONE) {
            codes.add(FindingCode.PUBLICATION_REFUSED);
        }
        Set<String> names = new TreeSet<>();
        codes.forEach(code -> names.add(code.code()));
        return names;
    }

    private boolean cannotReadLargeObjects() {
        return switch (largeObjects) {
            case NONE, LOCKABLE -> false;
            case READABLE -> source == Rights.NONE;
            case OF_A_STRANGER -> source != Rights.SUPERUSER;
        };
    }

    /** Whether event triggers are carried: nobody but a superuser may create them. */
    boolean carriesEventTriggers() {
        return eventTriggers != EventTriggers.NONE && target == Rights.SUPERUSER;
    }

    void prepare(PostgresPair pair) {
        places.prepare(pair.source());
        PostgresServer server = pair.source();
        server.execute(
                "app",
                "CREATE ROLE orders_owner",
                "CREATE ROLE stranger",
                "CREATE ROLE mover LOGIN",
                "ALTER DATABASE app OWNER TO orders_owner",
                "CREATE TABLE orders (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, item text)",
                "ALTER TABLE orders OWNER TO orders_owner",
                "INSERT INTO orders (item) SELECT 'item ' || i FROM generate_series(1, 10) i");
        if (largeObjects != LargeObjects.NONE) {
            String owner = largeObjects == LargeObjects.OF_A_STRANGER ? "stranger" : "orders_owner";
            server.execute("app", "SELECT lo_from_bytea(11, 'first')", "ALTER LARGE OBJECT 11 OWNER TO " + owner);
        }
        prepareEventTriggers(server);
        if (source != Rights.NONE) {
            server.execute(
                    "app",
                    granted(
                            source,
                            List.of(
                                    "ALTER ROLE mover REPLICATION",
                                    "GRANT CREATE ON DATABASE app TO mover",
                                    "GRANT orders_owner, pg_signal_backend, pg_read_all_stats TO mover")));
        }
        if (largeObjects == LargeObjects.LOCKABLE) {
            server.execute(
                    "app",
                    "GRANT SELECT, MAINTAIN ON pg_catalog.pg_largeobject, pg_catalog.pg_largeobject_metadata TO mover");
        }
        pair.target().execute("app", "CREATE ROLE mover LOGIN");
        if (target != Rights.NONE) {
            pair.target()
                    .execute(
                            "app",
                            granted(
                                    target,
                                    List.of(
                                            "GRANT CREATE ON DATABASE app TO mover",
                                            "GRANT CREATE ON SCHEMA public TO mover",
                                            "GRANT SET ON PARAMETER session_replication_role TO mover")));
        }
    }

    private static String[] granted(Rights rights, List<String> listed) {
        return rights == Rights.SUPERUSER ? new String[] {"ALTER ROLE mover SUPERUSER"} : listed.toArray(String[]::new);
    }

    /** As an audit has them: they write to a table of their own, which nobody else may. */
    private void prepareEventTriggers(PostgresServer server) {
        if (eventTriggers == EventTriggers.NONE) {
            return;
        }
        server.execute(
                "app",
                "CREATE TABLE defined (id bigserial PRIMARY KEY, tag text)",
                "ALTER TABLE defined OWNER TO orders_owner",
                "CREATE FUNCTION note() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN"
                        + " INSERT INTO public.defined (tag) VALUES (TG_TAG); END $$",
                "CREATE EVENT TRIGGER note ON ddl_command_end WHEN TAG IN ('CREATE TABLE', 'ALTER TABLE', 'DROP TABLE')"
                        + " EXECUTE FUNCTION note()");
        if (eventTriggers == EventTriggers.REFUSING) {
            server.execute(
                    "app",
                    "CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN"
                            + " RAISE EXCEPTION 'not by %', session_user; END $$",
                    "CREATE EVENT TRIGGER refuse ON ddl_command_start WHEN TAG IN ('CREATE PUBLICATION')"
                            + " EXECUTE FUNCTION refuse()");
        }
    }

    @Override
    public String toString() {
        return String.join(
                ",",
                Arrays.asList(
                        "source=" + source,
                        "target=" + target,
                        "triggers=" + eventTriggers,
                        "objects=" + largeObjects,
                        "places=" + places));
    }
}
