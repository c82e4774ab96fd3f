package dev.godwit.replication.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The program itself. */
record PgbenchProgram(Path program, BenchDatabase database) implements SimpleUpdate {

    private static final Pattern TPS = Pattern.compile("tps = ([0-9.]+)");

    @Override
    public double run(Load load) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program.toString(), "-n", "-b", "simple-update"));
        command.addAll(List.of("-M", "prepared", "-c", "" + load.clients(), "-j", "2"));
        command.addAll(
                load.transactions() > 0 ? List.of("-t", "" + load.transactions()) : List.of("-T", "" + load.seconds()));
        if (load.rate() > 0) {
            command.addAll(List.of("-R", "" + load.rate()));
        }
        command.addAll(List.of("--random-seed=" + load.seed(), "-h", "127.0.0.1"));
        command.addAll(List.of("-p", "" + database.servers().source().port()));
        command.addAll(List.of("-U", database.servers().source().superuser(), database.name()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PGOPTIONS", "-c synchronous_commit=" + (load.synchronous() ? "on" : "off"));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Matcher tps = TPS.matcher(output);
        if (process.waitFor() != 0 || !tps.find()) {
            throw new IllegalStateException(String.join(" ", command) + " failed:\n" + output);
        }
        return Double.parseDouble(tps.group(1));
    }

    @Override
    public String description() {
        return program.toString();
    }
}
