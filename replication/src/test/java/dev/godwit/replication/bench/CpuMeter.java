package dev.godwit.replication.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.godwit.testkit.PostgresServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Time and processor time from its creation on: of both servers with all their processes (Linux only, in steps of 10 ms), of the
 * subscriber's threads, and of this JVM as a whole, which adds compiler, garbage collector and the poll for the end.
 */
final class CpuMeter {

    /** {@code USER_HZ}, the same on all platforms that Java runs on. */
    private static final double TICKS_PER_SECOND = 100;

    private static final double NANOS = 1e9;

    /** Fields of /proc/pid/stat behind the program's name: utime, stime, cutime, cstime. */
    private static final int FIRST_TIME = 11;

    private static final int TIMES = 4;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final BenchServers servers;
    private final double source;
    private final double target;
    private final double process;
    private final long begin;

    /**
     * What was used since.
     *
     * @param seconds by the clock
     * @param source processor seconds of all processes of the source server, NaN if unknown
     * @param target processor seconds of all processes of the target server, NaN if unknown
     * @param threads processor seconds of the subscriber's threads since they were started, by the end of their names
     * @param process processor seconds of the whole JVM
     */
    record Usage(double seconds, double source, double target, Map<String, Double> threads, double process) {

        double threadSum() {
            return threads.values().stream().mapToDouble(Double::doubleValue).sum();
        }
    }

    CpuMeter(BenchServers servers) throws IOException {
        this.servers = servers;
        source = ofServer(servers.source());
        target = ofServer(servers.target());
        process = ofProcess();
        begin = System.nanoTime();
    }

    Usage read() throws IOException {
        double seconds = (System.nanoTime() - begin) / NANOS;
        Map<String, Double> threads = ofThreads(GodwitContender.THREADS + "-");
        return new Usage(
                seconds,
                ofServer(servers.source()) - source,
                ofServer(servers.target()) - target,
                threads,
                ofProcess() - process);
    }

    private static double ofProcess() {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return system.getProcessCpuTime() / NANOS;
    }

    private static Map<String, Double> ofThreads(String prefix) {
        Map<String, Double> used = new TreeMap<>();
        for (ThreadInfo thread : THREADS.getThreadInfo(THREADS.getAllThreadIds())) {
            if (thread != null && thread.getThreadName().startsWith(prefix)) {
                double seconds = THREADS.getThreadCpuTime(thread.getThreadId()) / NANOS;
                used.merge(thread.getThreadName().substring(prefix.length()), seconds, Double::sum);
            }
        }
        return used;
    }

    /**
     * The postmaster's own, that of children that have ended (it waits for them), and that of children alive. Read again if one of
     * them has ended meanwhile, which would count it twice or not at all.
     */
    private static double ofServer(PostgresServer server) throws IOException {
        if (!Files.exists(Path.of("/proc/self/stat"))) {
            return Double.NaN;
        }
        String pid = Files.readAllLines(server.dataDirectory().resolve("postmaster.pid"))
                .get(0)
                .strip();
        ProcessHandle postmaster = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
        while (true) {
            double own = ofPid(pid);
            double children = 0;
            List<ProcessHandle> alive = postmaster.children().toList();
            for (ProcessHandle child : alive) {
                children += ofPid(Long.toString(child.pid()));
            }
            if (ofPid(pid) == own && postmaster.children().toList().equals(alive)) {
                return own + children;
            }
        }
    }

    private static double ofPid(String pid) throws IOException {
        Path file = Path.of("/proc", pid, "stat");
        String stat;
        try {
            stat = Files.readString(file);
        } catch (IOException e) {
            if (Files.exists(file)) {
                throw e;
            }
            return 0; // ended meanwhile, and looked at again
        }
        // the name is in parentheses and may hold anything
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        long ticks = 0;
        for (int i = FIRST_TIME; i < FIRST_TIME + TIMES; i++) {
            ticks += Long.parseLong(fields[i]);
        }
        return ticks / TICKS_PER_SECOND;
    }
}
