package dev.godwit.demo;

/**
 * What can be chosen, each as a system property {@code demo.<name>}.
 *
 * @param scale size of the database; 1 is a million rows and more
 * @param connections how many clerks work at the same time
 * @param rate how many transactions they try to do in a second, together
 * @param seed chooses their transactions
 */
record DemoSettings(double scale, int connections, int rate, long seed) {

    DemoSettings {
        if (!(scale > 0) || connections < 1 || rate < connections) {
            throw new IllegalArgumentException(
                    "demo.scale must be above 0, demo.connections at least 1 and demo.rate at"
                            + " least demo.connections, but they are " + scale + ", " + connections + " and " + rate);
        }
    }

    static DemoSettings fromProperties() {
        return new DemoSettings(
                Double.parseDouble(System.getProperty("demo.scale", "1")),
                Integer.getInteger("demo.connections", 6),
                Integer.getInteger("demo.rate", 400),
                Long.getLong("demo.seed", 13_17));
    }
}
