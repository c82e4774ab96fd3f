package dev.godwit.bench;

/** What {@code ./mvnw -q -Pbench verify -Dbench=...} runs of this module. */
final class Benchmarks {
    private Benchmarks() {}

    /** Runs one benchmark; one of another module is left to that module. */
    public static void main(String[] args) throws Exception {
        if (args[0].equals("copy")) {
            CopyBenchmark.run(CopyBenchOptions.fromProperties());
        } else if (args[0].equals("cutover")) {
            CutoverBenchmark.run(CutoverBenchOptions.fromProperties());
        } else if (args[0].equals("schema")) {
            SchemaBenchmark.run(SchemaBenchOptions.fromProperties());
        }
        // threads that failed to end must not keep the build waiting
        System.exit(0);
    }
}
