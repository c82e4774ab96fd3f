package dev.godwit.replication;

/** A server is older than the oldest version that can take part in a replication. */
public final class UnsupportedVersionException extends ReplicationException {
    private static final long serialVersionUID = 1L;

    /** Of the server, 9 for all before 10. */
    private final int major;

    /**
     * Creates a failure.
     *
     * @param major the server's major version, 9 for all before 10
     */
    public UnsupportedVersionException(int major) {
        super("the server is PostgreSQL " + major + "; logical replication needs PostgreSQL 10 or newer on both sides");
        this.major = major;
    }

    /**
     * Gives the server's version.
     *
     * @return its major version, 9 for all before 10
     */
    public int major() {
        return major;
    }
}
