package dev.godwit.replication.bench;

import java.util.List;

/**
 * The tables that some workloads share: one database on the source, one for each contender on the target.
 *
 * @param database its name
 * @param setup statements that create and fill the tables, with the same rows wherever they run
 */
record Family(String database, List<String> setup) {}
