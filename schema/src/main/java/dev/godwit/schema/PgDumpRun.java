package dev.godwit.schema;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * One call of pg_dump.
 *
 * @param program what is called
 * @param environment how it logs in
 * @param options how it is called
 * @param leftOut tables and sequences that it leaves out
 */
record PgDumpRun(
        PgDumpProgram program, Map<String, String> environment, PgDumpOptions options, List<TableName> leftOut) {

    private static final int MAX_MESSAGE = 2000;

    /**
     * Dumps the schema.
     *
     * @return what pg_dump writes, for psql
     * @throws SQLException with what pg_dump says if it fails
     */
    String dump() throws SQLException {
        ProcessBuilder builder = new ProcessBuilder(command());
        Map<String, String> variables = builder.environment();
        variables.keySet().removeIf(name -> name.startsWith("PG") && !name.equals("PGPASSFILE"));
        variables.put("LC_ALL", "C");
        variables.putAll(environment);
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new SQLException("pg_dump could not be started: " + e.getMessage(), e);
        }
        try {
            process.getOutputStream().close();
            CompletableFuture<byte[]> output = reading(process.getInputStream(), "output");
            CompletableFuture<byte[]> errors = reading(process.getErrorStream(), "errors");
            if (!process.waitFor(options.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
                throw new SQLException(program.path() + " has not ended within " + options.timeout()
                        + "; see what it waits for in the source's pg_stat_activity, or set PgDumpOptions.timeout");
            }
            String text = new String(output.get(), StandardCharsets.UTF_8);
            String complaint = new String(errors.get(), StandardCharsets.UTF_8).strip();
            if (process.exitValue() != 0) {
                throw new SQLException(program.path() + " failed with exit code " + process.exitValue() + ": "
                        + shown(complaint) + ". Mend the cause, or use SchemaPreparers.fromCatalog()");
            }
            return text;
        } catch (IOException | ExecutionException e) {
            throw new SQLException("the output of " + program.path() + " could not be read: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted while waiting for " + program.path(), e);
        } finally {
            process.destroyForcibly();
        }
    }

    private List<String> command() {
        List<String> command = new ArrayList<>(List.of(
                program.path().toString(),
                "--schema-only",
                "--encoding=UTF8",
                "--no-password",
                "--no-publications",
                "--no-subscriptions",
                "--no-security-labels",
                "--no-tablespaces",
                "--lock-wait-timeout=" + options.lockTimeout().toMillis(),
                "--exclude-schema=godwit"));
        if (!options.owners()) {
            command.add("--no-owner");
        }
        if (!options.privileges()) {
            command.add("--no-privileges");
        }
        // Within quotes no character of a name is taken for a pattern.
        leftOut.forEach(name -> command.add("--exclude-table=" + name.quoted()));
        return command;
    }

    /** What is read nowhere fills up the pipe, and the program waits for ever. */
    private static CompletableFuture<byte[]> reading(InputStream stream, String what) {
        CompletableFuture<byte[]> all = new CompletableFuture<>();
        Thread reader = new Thread(
                () -> {
                    try (stream) {
                        all.complete(stream.readAllBytes());
                    } catch (IOException e) {
                        all.completeExceptionally(new UncheckedIOException(e));
                    }
                },
                "godwit-pg_dump-" + what);
        reader.setDaemon(true);
        reader.start();
        return all;
    }

    private String shown(String complaint) {
        String text = complaint;
        for (Map.Entry<String, String> variable : environment.entrySet()) {
            boolean isSecret = variable.getKey().equals("PGPASSWORD")
                    || options.environment().containsKey(variable.getKey());
            if (isSecret && !variable.getValue().isEmpty()) {
                text = text.replace(variable.getValue(), "***");
            }
        }
        return text.length() <= MAX_MESSAGE ? text : text.substring(0, MAX_MESSAGE) + "...";
    }
}
