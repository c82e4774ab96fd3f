package dev.godwit.internal.group;

import dev.godwit.internal.plan.MigrationPlan;
import dev.godwit.internal.state.StateStore;
import dev.godwit.replication.ReplicationException;
import dev.godwit.replication.ServerConnections;
import dev.godwit.replication.SystemIdentity;
import dev.godwit.result.Finding;
import dev.godwit.result.FindingCode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the members of a group need together of the servers that they share, and whether they get into each other's way. A server that
 * does not answer is left out here: the member's own preflight reports it.
 */
final class SharedServers {
    private static final Logger LOG = LoggerFactory.getLogger(SharedServers.class);

    /** Sessions of a migration beside the workers of its copy: of the run, the state, the watch, the appliers, the fence. */
    private static final int OTHER_SESSIONS = 6;

    private static final String FREE = """
            SELECT current_setting('max_replication_slots')::int - (SELECT count(*) FROM pg_catalog.pg_replication_slots),
                   current_setting('max_wal_senders')::int
                   - (SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE backend_type = 'walsender'),
                   current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
                   - (SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE backend_type = 'client backend'),
                   current_setting('max_replication_slots'), current_setting('max_wal_senders'),
                   current_setting('max_connections')
            """;

    private final GroupPlan plan;
    private final List<Finding> findings = new ArrayList<>();
    private final Map<String, Server> sources = new LinkedHashMap<>();
    private final Map<String, Server> targets = new LinkedHashMap<>();

    SharedServers(GroupPlan plan) {
        this.plan = plan;
    }

    /** One server, with the members that use it. */
    private static final class Server {
        private final String name;
        private final Limits limits;
        /** By database. */
        private final Map<String, List<MigrationPlan>> members = new LinkedHashMap<>();
        /** Those that take nothing of it yet. */
        private final List<MigrationPlan> newcomers = new ArrayList<>();

        Server(String name, Limits limits) {
            this.name = name;
            this.limits = limits;
        }
    }

    /** What a server has left, and its settings. */
    private record Limits(
            long slots, long senders, long connections, int maxSlots, int maxSenders, int maxConnections) {}

    List<Finding> findings() {
        for (MigrationPlan member : plan.members()) {
            try {
                look(member);
            } catch (SQLException | ReplicationException e) {
                LOG.debug("{}: what it needs of its servers is not known: {}", member.name(), e.getMessage());
            }
        }
        sources.values().forEach(server -> {
            requireApart(server, "source");
            requireFree(server);
        });
        targets.values().forEach(server -> requireApart(server, "target"));
        sources.values().forEach(server -> requireConnections(server, "source"));
        targets.values().forEach(server -> requireConnections(server, "target"));
        return findings;
    }

    private void look(MigrationPlan member) throws SQLException {
        boolean exists;
        boolean recorded = false;
        ServerConnections target = member.target();
        try (Connection connection = target.open()) {
            exists = true;
            recorded = StateStore.peek(connection, member.name()).isPresent();
        } catch (SQLException e) {
            if (!member.surroundings().database().isMissing(e)) {
                throw e;
            }
            exists = false;
            target = member.surroundings().database().maintenance();
        }
        SystemIdentity there = SystemIdentity.of(target);
        String database =
                exists ? there.database() : member.surroundings().database().name();
        add(targets, there.systemIdentifier(), database, target, member, recorded);
        SystemIdentity here = SystemIdentity.of(member.source());
        add(sources, here.systemIdentifier(), here.database(), member.source(), member, recorded);
    }

    private static void add(
            Map<String, Server> servers,
            String system,
            String database,
            ServerConnections connections,
            MigrationPlan member,
            boolean recorded)
            throws SQLException {
        Server server = servers.get(system);
        if (server == null) {
            server = new Server(system, limits(connections));
            servers.put(system, server);
        }
        server.members.computeIfAbsent(database, name -> new ArrayList<>()).add(member);
        if (!recorded) {
            server.newcomers.add(member);
        }
    }

    private static Limits limits(ServerConnections connections) throws SQLException {
        try (Connection connection = connections.open();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(FREE)) {
            row.next();
            return new Limits(
                    row.getLong(1), row.getLong(2), row.getLong(3), row.getInt(4), row.getInt(5), row.getInt(6));
        }
    }

    private void requireApart(Server server, String side) {
        server.members.forEach((database, members) -> {
            if (members.size() > 1) {
                String names = names(members);
                findings.add(
                        side.equals("source")
                                ? Finding.of(
                                        FindingCode.GROUP_SAME_SOURCE,
                                        database,
                                        "migrations " + names + " have the same source database '" + database
                                                + "', which the cutover of one would close for the others",
                                        "one migration of a group for each source database",
                                        "move it with one migration, or with migrations that are in no group")
                                : Finding.of(
                                        FindingCode.GROUP_SAME_TARGET,
                                        database,
                                        "migrations " + names + " have the same target database '" + database + "'",
                                        "a target database for each",
                                        "give each its own target database"));
            }
        });
    }

    private static String names(List<MigrationPlan> members) {
        return members.stream().map(MigrationPlan::name).collect(Collectors.joining("', '", "'", "'"));
    }

    private void requireFree(Server server) {
        int needed = server.newcomers.size();
        if (needed > server.limits.slots()) {
            findings.add(Finding.of(
                    FindingCode.GROUP_REPLICATION_SLOTS,
                    "max_replication_slots",
                    "the migrations " + names(server.newcomers) + " need " + needed
                            + " replication slots on their source, system " + server.name + ", and "
                            + server.limits.slots() + " of " + server.limits.maxSlots() + " are free",
                    needed + " free replication slots",
                    "ALTER SYSTEM SET max_replication_slots = "
                            + (server.limits.maxSlots() - server.limits.slots() + needed + 1)
                            + "; -- then restart the source; or drop slots that nobody needs"));
        }
        if (needed > server.limits.senders()) {
            findings.add(Finding.of(
                    FindingCode.GROUP_WALSENDERS,
                    "max_wal_senders",
                    "the migrations " + names(server.newcomers) + " need " + needed
                            + " walsenders on their source, system " + server.name + ", and " + server.limits.senders()
                            + " of " + server.limits.maxSenders() + " are free",
                    needed + " free walsenders",
                    "ALTER SYSTEM SET max_wal_senders = "
                            + (server.limits.maxSenders() - server.limits.senders() + needed + 1)
                            + "; -- then restart the source"));
        }
    }

    private void requireConnections(Server server, String side) {
        long copying = server.newcomers.stream()
                .map(member -> member.copy().workers())
                .sorted(Comparator.reverseOrder())
                .limit(plan.parallel())
                .mapToLong(Integer::longValue)
                .sum();
        long needed = copying + (long) server.newcomers.size() * OTHER_SESSIONS;
        if (needed > server.limits.connections()) {
            findings.add(Finding.of(
                    FindingCode.GROUP_CONNECTIONS,
                    "max_connections",
                    "the migrations " + names(server.newcomers) + " take up to " + needed + " connections to their "
                            + side
                            + ", system " + server.name + ", and " + server.limits.connections() + " of "
                            + server.limits.maxConnections() + " are free",
                    needed + " free connections",
                    "ALTER SYSTEM SET max_connections = "
                            + (server.limits.maxConnections() - server.limits.connections() + needed)
                            + "; -- then restart the " + side
                            + "; or let fewer migrations copy at once (parallel), with fewer workers"));
        }
    }
}
