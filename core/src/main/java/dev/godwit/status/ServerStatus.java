package dev.godwit.status;

import org.jspecify.annotations.Nullable;

/**
 * A server that a migration works with.
 *
 * @param server host and port, as the endpoint names them
 * @param version the server's version, such as {@code 17.2}; null as long as it was not asked
 */
public record ServerStatus(String server, @Nullable String version) {}
