package dev.godwit.replication.bench;

/** What {@code ./mvnw -q -Pbench verify -Dbench=...} runs of this module. */
final class Benchmarks {

    private Benchmarks() {}

    /**
     * Runs one benchmark.
     *
     * @param args its name; one of another module is left to that module, one that nobody knows the build has refused before
     * @throws Exception if it fails
     */
    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "apply" -> ApplyBenchmark.run(BenchOptions.fromProperties());
            case "decoder" -> runDecoder();
            default -> {}
        }
        // threads that failed to end must not keep the build waiting
        System.exit(0);
    }

    /** By name, because JMH is on the class path of that profile only and the ordinary build leaves the class out. */
    private static void runDecoder() throws Exception {
        Class.forName(Benchmarks.class.getPackageName() + ".DecoderBenchmark")
                .getDeclaredMethod("run")
                .invoke(null);
    }
}
