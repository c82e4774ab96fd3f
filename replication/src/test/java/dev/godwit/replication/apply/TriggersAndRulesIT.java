package dev.godwit.replication.apply;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Hazards B12 and B13: triggers and rules of the target do not act a second time. Those that are enabled for replicas too
 * are not this module's: whoever prepares the target disables them for the time of the migration.
 */
final class TriggersAndRulesIT {

    @ParameterizedTest
    @MethodSource("dev.godwit.replication.apply.Way#everywhere")
    void doNotActOnChangesThatAreApplied(int from, int to, Way way) throws Exception {
        try (Replica replica = way.replica(
                        from,
                        to,
                        "CREATE TABLE t (id int PRIMARY KEY, v text)",
                        "CREATE TABLE log (id serial PRIMARY KEY, what text)",
                        "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                                + " INSERT INTO log (what) VALUES (TG_OP || TG_LEVEL);"
                                + " IF TG_LEVEL = 'STATEMENT' OR TG_OP = 'DELETE' THEN RETURN OLD; END IF;"
                                + " NEW.v := NEW.v || '!'; RETURN NEW; END $$",
                        "CREATE TRIGGER each_row BEFORE INSERT OR UPDATE OR DELETE ON t FOR EACH ROW EXECUTE PROCEDURE note()",
                        "CREATE TRIGGER each_statement AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON t"
                                + " FOR EACH STATEMENT EXECUTE PROCEDURE note()",
                        "CREATE RULE kept AS ON DELETE TO t WHERE OLD.id = 3 DO INSTEAD NOTHING",
                        "CREATE RULE copied AS ON INSERT TO t WHERE NEW.id = 4"
                                + " DO ALSO INSERT INTO log (what) VALUES ('rule')",
                        "CREATE TABLE view_like (id int PRIMARY KEY)",
                        "CREATE RULE nothing AS ON UPDATE TO view_like DO INSTEAD NOTHING")
                .started()) {
            replica.target("CREATE RULE refused AS ON INSERT TO view_like DO INSTEAD NOTHING");
            way.bring(
                    replica,
                    () -> replica.source(
                            "INSERT INTO t SELECT i, 'v' FROM generate_series(1, 5) i",
                            "INSERT INTO t VALUES (14, 'w')",
                            "UPDATE t SET v = v || '?' WHERE id < 3",
                            "UPDATE t SET id = 20 WHERE id = 2",
                            "DELETE FROM t WHERE id IN (1, 3)",
                            "INSERT INTO view_like VALUES (1)"));
            replica.assertSame("t", "log", "view_like");
            assertThat(replica.targetQuery("SELECT v FROM t WHERE id = 14")).containsExactly("w!");
        }
    }
}
