package dev.godwit.replication.bench;

import dev.godwit.replication.Lsn;
import dev.godwit.replication.pgoutput.PgOutputDecoder;
import dev.godwit.replication.pgoutput.PgOutputMessage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Nanoseconds and allocated bytes that the decoder takes for a message of each kind, as of the table of the workloads. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DecoderBenchmark {

    private static final Lsn AT = Lsn.parse("16/B374D848");
    private static final int RELATION = 16_421;
    private static final long TIME = 820_454_400_000_000L;
    private static final int INT8 = 20;
    private static final String[] NAMES = {
        "id", "customer", "amount", "note", "created", "token", "attributes", "active"
    };
    private static final String[] ROW = {
        "1234567",
        "54321",
        "9876.54",
        "note 4a8a08f09d37b73795649038408b5f33",
        "2026-01-15 06:56:07+00",
        "0cc175b9-c0f1-b6a8-31c3-99e269772661",
        "{\"kind\": 3, \"tags\": [\"a67\", \"b\"]}",
        "t"
    };

    /** Which message; set by JMH. */
    @Param
    public Kind kind = Kind.BEGIN;

    private ByteBuffer frame = ByteBuffer.allocate(0);

    /** The messages. */
    public enum Kind {
        BEGIN,
        COMMIT,
        RELATION,
        INSERT,
        UPDATE,
        UPDATE_WITH_KEY,
        DELETE
    }

    /** Called by JMH. */
    @Setup
    public void encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        frame = ByteBuffer.wrap(bytes.toByteArray());
    }

    /** Called by JMH. */
    @Benchmark
    public PgOutputMessage decode() {
        return PgOutputDecoder.decode(frame.duplicate(), AT);
    }

    private void write(DataOutputStream out) throws IOException {
        switch (kind) {
            case BEGIN -> {
                out.writeByte('B');
                out.writeLong(AT.value());
                out.writeLong(TIME);
                out.writeInt(RELATION);
            }
            case COMMIT -> {
                out.writeByte('C');
                out.writeByte(0);
                out.writeLong(AT.value());
                out.writeLong(AT.value());
                out.writeLong(TIME);
            }
            case RELATION -> relation(out);
            case INSERT -> change(out, 'I');
            case UPDATE -> change(out, 'U');
            case UPDATE_WITH_KEY, DELETE -> withKey(out);
        }
    }

    private static void relation(DataOutputStream out) throws IOException {
        out.writeByte('R');
        out.writeInt(RELATION);
        string(out, "public");
        string(out, "bench_rows");
        out.writeByte('d');
        out.writeShort(NAMES.length);
        for (String name : NAMES) {
            out.writeByte(name.equals("id") ? 1 : 0);
            string(out, name);
            out.writeInt(INT8);
            out.writeInt(-1);
        }
    }

    private static void change(DataOutputStream out, char tag) throws IOException {
        out.writeByte(tag);
        out.writeInt(RELATION);
        row(out, 'N');
    }

    private void withKey(DataOutputStream out) throws IOException {
        out.writeByte(kind == Kind.DELETE ? 'D' : 'U');
        out.writeInt(RELATION);
        out.writeByte('K');
        out.writeShort(ROW.length);
        value(out, ROW[0]);
        for (int column = 1; column < ROW.length; column++) {
            out.writeByte('n');
        }
        if (kind == Kind.UPDATE_WITH_KEY) {
            row(out, 'N');
        }
    }

    private static void row(DataOutputStream out, char marker) throws IOException {
        out.writeByte(marker);
        out.writeShort(ROW.length);
        for (String value : ROW) {
            value(out, value);
        }
    }

    private static void value(DataOutputStream out, String value) throws IOException {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        out.writeByte('t');
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static void string(DataOutputStream out, String value) throws IOException {
        out.write(value.getBytes(StandardCharsets.UTF_8));
        out.writeByte(0);
    }

    /** Runs the benchmark in two JVMs of its own and prints a line for each kind of message. */
    static void run() throws RunnerException {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include(DecoderBenchmark.class.getName() + "\\.decode")
                        .warmupIterations(3)
                        .warmupTime(TimeValue.seconds(1))
                        .measurementIterations(5)
                        .measurementTime(TimeValue.seconds(1))
                        .forks(2)
                        .addProfiler(GCProfiler.class)
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run();
        System.out.println(
                String.format("%-16s %12s %14s %16s", "message", "nanoseconds", "error (99.9%)", "bytes allocated"));
        for (RunResult result : results) {
            System.out.println(String.format(
                    Locale.ROOT,
                    "%-16s %12.1f %14.1f %16.0f",
                    result.getParams().getParam("kind").toLowerCase(Locale.ROOT),
                    result.getPrimaryResult().getScore(),
                    result.getPrimaryResult().getScoreError(),
                    result.getSecondaryResults().get("gc.alloc.rate.norm").getScore()));
        }
    }
}
