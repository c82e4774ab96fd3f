package dev.godwit.bench;

/**
 * What to measure, from system properties {@code bench.*}.
 *
 * @param tables in the database that is prepared
 * @param fewTables in the one of which reading is compared with that
 * @param rounds how often each contender prepares it
 * @param durable whether the servers wait for their disk
 */
record SchemaBenchOptions(int tables, int fewTables, int rounds, boolean durable) {

    static SchemaBenchOptions fromProperties() {
        int tables = Integer.getInteger("bench.tables", 5000);
        return new SchemaBenchOptions(
                tables,
                Math.max(1, tables / 10),
                Integer.getInteger("bench.rounds", 3),
                Boolean.getBoolean("bench.durable"));
    }
}
