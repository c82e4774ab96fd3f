package dev.godwit.internal.plan;

import dev.godwit.replication.ServerConnections;

/** Connections that know how they verify the server. */
public interface TlsMode {
    /** Gives the driver's {@code sslmode}. */
    String sslMode();

    /** Gives the driver's {@code sslmode} where it is known, or else its default. */
    static String of(ServerConnections server) {
        return server instanceof TlsMode known ? known.sslMode() : "prefer";
    }
}
