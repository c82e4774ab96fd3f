package dev.godwit.internal.engine;

import dev.godwit.internal.state.StateStore;
import dev.godwit.internal.status.StatusStore;
import dev.godwit.replication.RelationName;
import dev.godwit.replication.apply.RelationShapes;
import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tables that were renamed on the source: where the user has done the same on the target, they are known by their new name. */
record RenamedTables(String migration, StateStore state) {
    private static final Logger LOG = LoggerFactory.getLogger(RenamedTables.class);

    /** Takes note of them; nothing may be applied meanwhile. */
    void adopt(Connection source, Connection target) throws SQLException {
        RelationShapes shapes = RelationShapes.of(migration);
        for (Map.Entry<RelationName, RelationName> renamed :
                onBothSides(source, target).entrySet()) {
            RelationName from = renamed.getKey();
            RelationName to = renamed.getValue();
            target.setAutoCommit(false);
            shapes.rename(target, from, to);
            state.tables().rename(target, name(from), name(to));
            new StatusStore(migration, state.ownership()).rename(target, name(from), name(to));
            target.commit();
            target.setAutoCommit(true);
            LOG.info("{}: table {} is {} now, on the source and on the target", migration, from, to);
        }
    }

    /** Gives those that the target has by their new name, for the known one. */
    Map<RelationName, RelationName> onBothSides(Connection source, Connection target) throws SQLException {
        RelationShapes.create(target);
        Map<RelationName, RelationName> known = new TreeMap<>();
        for (Map.Entry<RelationName, RelationName> renamed :
                RelationShapes.of(migration).renamed(source, target).entrySet()) {
            // With both names there nobody can tell which table is which.
            if (exists(target, renamed.getValue()) && !exists(target, renamed.getKey())) {
                known.put(renamed.getKey(), renamed.getValue());
            }
        }
        return known;
    }

    private static TableName name(RelationName relation) {
        return new TableName(relation.schema(), relation.name());
    }

    private static boolean exists(Connection target, RelationName name) throws SQLException {
        try (PreparedStatement query = target.prepareStatement("SELECT to_regclass(?) IS NOT NULL")) {
            query.setString(1, name.quoted());
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }
}
