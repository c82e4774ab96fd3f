package dev.godwit.internal.schema;

import dev.godwit.internal.schema.Adjustable.State;
import dev.godwit.internal.state.EventTriggers;
import dev.godwit.internal.state.Ownership;
import dev.godwit.replication.ServerConnections;
import dev.godwit.replication.WithoutValues;
import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What has to differ on the target while changes are applied, and is put back at the cutover: triggers and rules that would fire
 * under {@code session_replication_role = replica} are disabled, since their effects arrive as changes of their own;
 * identity columns that are GENERATED ALWAYS become BY DEFAULT, since the server updates no others.
 *
 * <p>Each is remembered by the target's number of it, so that it is found again when it was renamed meanwhile, and is put back as it was;
 * or as the source has it then, if the source's was changed since. What does not exist any more is left out.
 */
public final class TargetAdjustments {
    /** Statements that are sent at once: what they answer has to fit into the socket's buffers. */
    private static final int AT_ONCE = 25;

    private final String migration;
    private final Ownership ownership;

    public TargetAdjustments(String migration, Ownership ownership) {
        this.migration = migration;
        this.ownership = ownership;
    }

    /**
     * What is remembered.
     *
     * @param id the target's number of it; of an earlier release its kind and name
     * @param restoreSql what would have put it back when it was remembered
     * @param stateOrNull what it was; null if an earlier release has remembered it
     * @param sourceOrNull what the source's was, which if it still is that leaves the target's to be put back as it was; null if the
     *     target is to get what the source has
     */
    private record Remembered(
            String id,
            String restoreSql,
            @Nullable State stateOrNull,
            @Nullable State sourceOrNull) {}

    /**
     * What is to be put back.
     *
     * @param object what the target has now
     * @param state what it was
     * @param sourceOrNull as above
     */
    private record Restorable(
            Adjustable object, State state, @Nullable State sourceOrNull) {}

    /**
     * Makes the adjustments that are missing, and remembers what was there; the caller commits.
     *
     * @param sourceOrNull the source, asked if anything is to be adjusted: what differs there now is meant to, and is put back as long as
     *     the source stays as it is; null if at the cutover the target is to get what the source has
     */
    public void adjust(Connection target, Predicate<TableName> tables, @Nullable ServerConnections sourceOrNull)
            throws SQLException {
        List<Adjustable> armed = armed(target, tables);
        Map<Adjustable.Key, Adjustable> onSource = new HashMap<>();
        if (!armed.isEmpty() && sourceOrNull != null) {
            try (Connection source = sourceOrNull.open()) {
                onSource.putAll(byKey(Adjustable.all(source)));
            }
        }
        for (Adjustable object : armed) {
            Adjustable same = onSource.get(object.key());
            adjust(target, object, same == null ? null : same.state());
        }
        ownership.require(target);
    }

    private static List<Adjustable> armed(Connection target, Predicate<TableName> tables) throws SQLException {
        return Adjustable.armed(target).stream()
                .filter(object -> tables.test(object.table()))
                .toList();
    }

    private void adjust(Connection target, Adjustable object, @Nullable State onSource) throws SQLException {
        try (Statement ddl = target.createStatement()) {
            ddl.execute(object.sql(object.harmless()));
        }
        remember(target, object, onSource, "UPDATE SET restore_sql = excluded.restore_sql, state = excluded.state");
    }

    private void remember(Connection target, Adjustable object, @Nullable State onSource, String otherwise)
            throws SQLException {
        try (PreparedStatement statement = target.prepareStatement(
                "INSERT INTO godwit.adjustment (migration, id, restore_sql, state, source_state) VALUES (?, ?, ?, ?, ?)"
                        + " ON CONFLICT (migration, id) DO " + otherwise)) {
            statement.setString(1, migration);
            statement.setString(2, id(object));
            statement.setString(3, object.sql(object.state()));
            statement.setString(4, object.state().name());
            statement.setString(5, onSource == null ? null : onSource.name());
            statement.executeUpdate();
        }
    }

    private static String id(Adjustable object) {
        return object.kind() + " " + object.id();
    }

    /** Tells whether anything on the target is as it may not be while changes are applied. */
    public static boolean isMissing(Connection target, Predicate<TableName> tables) throws SQLException {
        return !armed(target, tables).isEmpty();
    }

    /**
     * Makes the adjustments that are missing beside whoever applies changes, each in a transaction of its own that waits for nobody for
     * long; the source counts at the cutover.
     *
     * @param still asked in each of these transactions; nothing is adjusted any more once it says no
     * @return what was adjusted, for people, and whether it may have done anything to rows
     */
    public Map<String, Boolean> adjustNow(Connection target, Predicate<TableName> tables, Condition still)
            throws SQLException {
        Map<String, Boolean> adjusted = new HashMap<>();
        for (Adjustable object : armed(target, tables)) {
            try {
                EventTriggers.unseen(target, () -> {
                    try (Statement limit = target.createStatement()) {
                        // Before the server looks for deadlocks, and takes who applies changes for the victim.
                        limit.execute("SET LOCAL lock_timeout = '500ms'");
                    }
                    ownership.require(target);
                    if (still.holds(target)) {
                        adjust(target, object, null);
                        adjusted.put(object.toString(), object.kind() != Adjustable.Kind.IDENTITY);
                    }
                });
            } catch (SQLException e) {
                throw new SQLException(
                        object + " on the target could not be made " + object.harmless() + " until the cutover: "
                                + WithoutValues.message(e),
                        e.getSQLState(),
                        WithoutValues.of(e));
            }
        }
        return adjusted;
    }

    /** Something that is asked in a transaction. */
    public interface Condition {
        /** Asks it. */
        boolean holds(Connection target) throws SQLException;
    }

    /**
     * Notes that the target is to get at the cutover what the source has then.
     *
     * @param labels of what was changed on the source, as differences of schemas call it
     * @return those of them that the target has, whatever it makes of them now
     */
    public Set<String> follow(Connection source, Connection target, Set<String> labels) throws SQLException {
        Set<String> followed = new HashSet<>();
        if (labels.stream().noneMatch(TargetAdjustments::isOfTheCutover)) {
            return followed;
        }
        Map<Adjustable.Key, Adjustable> onTarget = byKey(Adjustable.all(target));
        for (Adjustable object : Adjustable.all(source)) {
            Adjustable same = onTarget.get(object.key());
            if (same != null && labels.contains(object.label())) {
                remember(target, same, null, "UPDATE SET source_state = NULL");
                followed.add(object.label());
            }
        }
        return followed;
    }

    private static boolean isOfTheCutover(String label) {
        return label.startsWith("firing ") || label.startsWith("identity ");
    }

    /**
     * Gives what brings at the cutover what the source has and the target lacks.
     *
     * @param labels of steps that are to be executed at the cutover
     * @return the labels of those that cannot be, as the target has none of these objects, or not all; for each what there is to do instead
     */
    public Map<String, List<String>> incomplete(Connection source, Connection target, Set<String> labels)
            throws SQLException {
        Map<String, List<String>> instead = new HashMap<>();
        if (labels.stream().noneMatch(TargetAdjustments::isOfTheCutover)) {
            return instead;
        }
        Map<Adjustable.Key, Adjustable> onTarget = byKey(Adjustable.all(target));
        List<Adjustable> wanted = Adjustable.armed(source).stream()
                .filter(object -> labels.contains(object.label()))
                .toList();
        for (Adjustable object : wanted) {
            if (!onTarget.containsKey(object.key())) {
                instead.put(object.label(), new ArrayList<>());
            }
        }
        for (Adjustable object : wanted) {
            List<String> statements = instead.get(object.label());
            Adjustable same = onTarget.get(object.key());
            if (statements != null && same != null) {
                statements.add(same.sql(object.state()));
            }
        }
        return instead;
    }

    /** Gives what puts everything back, or makes it what the source has by now. */
    public List<String> toRestore(Connection source, Connection target) throws SQLException {
        List<Restorable> remembered = restorable(target, migration);
        Map<Adjustable.Key, Adjustable> onSource = remembered.isEmpty() ? Map.of() : byKey(Adjustable.all(source));
        List<String> statements = new ArrayList<>();
        for (Restorable one : remembered) {
            Adjustable now = onSource.get(one.object().key());
            State wanted = now == null || now.state() == one.sourceOrNull() ? one.state() : now.state();
            if (wanted != one.object().state()) {
                statements.add(one.object().sql(wanted));
            }
        }
        return statements;
    }

    /** Puts everything back as it was, whatever the source has, in the caller's transaction. */
    public void restore(Connection target) throws SQLException {
        restore(target, toRestore(target, migration));
    }

    /** Gives what puts everything back that a migration has adjusted, whatever the source has. */
    public static List<String> toRestore(Connection target, String migration) throws SQLException {
        return restorable(target, migration).stream()
                .filter(one -> one.state() != one.object().state())
                .map(one -> one.object().sql(one.state()))
                .toList();
    }

    private static List<Restorable> restorable(Connection target, String migration) throws SQLException {
        List<Restorable> found = new ArrayList<>();
        List<Remembered> all = remembered(target, migration);
        if (all.isEmpty()) {
            return found;
        }
        List<Adjustable> there = Adjustable.all(target);
        Map<String, Adjustable> byId = new HashMap<>();
        there.forEach(object -> byId.put(id(object), object));
        for (Remembered one : all) {
            Adjustable object = byId.get(one.id());
            State state = one.stateOrNull();
            if (state == null) {
                earlier(there, one).ifPresent(found::add);
            } else if (object != null) {
                found.add(new Restorable(object, state, one.sourceOrNull()));
            }
        }
        return found;
    }

    /** Earlier releases have remembered names, and the statement alone: what bears them still. */
    private static Optional<Restorable> earlier(List<Adjustable> there, Remembered one) {
        for (Adjustable object : there) {
            for (State state : State.values()) {
                if (state.isArmed() && bare(object.sql(state)).equals(bare(one.restoreSql()))) {
                    return Optional.of(new Restorable(object, state, null));
                }
            }
        }
        return Optional.empty();
    }

    /** Rules were quoted by the server, only where need be. */
    private static String bare(String sql) {
        return sql.replace("\"", "");
    }

    private static List<Remembered> remembered(Connection target, String migration) throws SQLException {
        List<Remembered> remembered = new ArrayList<>();
        try (PreparedStatement query = target.prepareStatement(
                "SELECT id, restore_sql, state, source_state FROM godwit.adjustment WHERE migration = ? ORDER BY id")) {
            query.setString(1, migration);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    remembered.add(new Remembered(
                            row.getString(1), row.getString(2), state(row.getString(3)), state(row.getString(4))));
                }
            }
        }
        return remembered;
    }

    private static @Nullable State state(@Nullable String name) {
        return name == null ? null : State.valueOf(name);
    }

    private static Map<Adjustable.Key, Adjustable> byKey(List<Adjustable> objects) {
        return objects.stream().collect(Collectors.toMap(Adjustable::key, object -> object));
    }

    /** Executes what was read before, in the caller's transaction. */
    public void restore(Connection target, List<String> statements) throws SQLException {
        try (Statement ddl = target.createStatement()) {
            for (int from = 0; from < statements.size(); from += AT_ONCE) {
                ddl.execute(String.join(";\n", statements.subList(from, Math.min(statements.size(), from + AT_ONCE))));
            }
        }
    }
}
