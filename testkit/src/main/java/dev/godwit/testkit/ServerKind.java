package dev.godwit.testkit;

/**
 * Where the servers of tests come from. What a test asks for goes before what is configured: the annotation's {@code servers}, else the
 * system property {@code godwit.testkit.servers.<major>}, else {@code godwit.testkit.servers}, else the environment variable
 * {@code GODWIT_TESTKIT_SERVERS}, else {@link #EMBEDDED}.
 */
public enum ServerKind {
    /** As system property or environment say. */
    CONFIGURED,

    /** Processes of this machine, from PostgreSQL's binaries that are fetched like a Maven artifact: no Docker, nothing installed. */
    EMBEDDED,

    /**
     * Docker containers, by Testcontainers, which the test's project adds as a dependency ({@code org.testcontainers:testcontainers}
     * 2). The image is {@code postgres:<major>}, or what the system property {@code godwit.testkit.image} or the variable
     * {@code GODWIT_TESTKIT_IMAGE} names, with <code>{major}</code> in the place of the version; any image will do that takes
     * {@code POSTGRES_PASSWORD} and a {@code postgres} command as the official one does.
     */
    CONTAINER,

    /**
     * Servers that are there already, such as a managed one: the system property {@code godwit.testkit.url.<major>} or the variable
     * {@code GODWIT_TESTKIT_URL_<major>} (an underscore in 9_6) holds its JDBC URL with user and password; after a blank the URL of a
     * second server of that version, for pairs of one version. Only databases that the testkit itself has created are ever
     * changed or dropped there. Such a server cannot be stopped or configured by a test.
     */
    EXTERNAL;

    static final String PROPERTY = "godwit.testkit.servers";
    static final String VARIABLE = "GODWIT_TESTKIT_SERVERS";

    /** What this stands for with servers of that version. */
    ServerKind resolved(String major) {
        if (this != CONFIGURED) {
            return this;
        }
        String[] settings = {
            System.getProperty(PROPERTY + "." + major), System.getProperty(PROPERTY), System.getenv(VARIABLE)
        };
        for (String setting : settings) {
            if (setting != null && !setting.isBlank()) {
                return parse(setting.strip());
            }
        }
        return EMBEDDED;
    }

    private static ServerKind parse(String setting) {
        for (ServerKind kind : new ServerKind[] {EMBEDDED, CONTAINER, EXTERNAL}) {
            if (kind.name().equalsIgnoreCase(setting)) {
                return kind;
            }
        }
        throw new TestkitException("Servers of tests are embedded, container or external; " + PROPERTY + " or "
                + VARIABLE + " says " + setting);
    }
}
