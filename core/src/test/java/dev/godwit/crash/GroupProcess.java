package dev.godwit.crash;

import dev.godwit.CutoverOptions;
import dev.godwit.MigrationGroup;
import dev.godwit.MigrationGroupRun;
import dev.godwit.group.Shops;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A process that runs a group and is killed: resumes it, says what it reaches on its standard output, and cuts over when it is told to
 * on its standard input.
 *
 * <p>Arguments: port of the source, port of the target, number of migrations, name of the migration in which there is a moment, the
 * {@link Moment}, or begin or end of a step ({@link dev.godwit.race.Moment}).
 */
final class GroupProcess {

    private GroupProcess() {}

    public static void main(String[] args) {
        Dialogue dialogue = Dialogue.withTest();
        Moment.haltInStep(args[3], args[4]);
        try (MigrationGroupRun run = group(args, dialogue).resume()) {
            Shops.ready(run);
            dialogue.say("ready");
            dialogue.awaitGo();
            run.cutover();
            dialogue.say("completed");
        } catch (Exception e) {
            dialogue.say("failed " + String.valueOf(e.getMessage()).replace('\n', ' '));
            System.exit(1);
        }
        System.exit(0);
    }

    private static MigrationGroup group(String[] args, Dialogue dialogue) {
        MigrationGroup.Builder group = MigrationGroup.builder().name(Shops.GROUP);
        List<String> names = Shops.names(Integer.parseInt(args[2]));
        for (String name : names) {
            Moment moment = Moment.parse(name.equals(args[3]) ? args[4] : Moment.NONE, dialogue);
            CutoverOptions cutover = Shops.options()
                    .fence(moment.fence())
                    .trafficSwitch(moment.trafficSwitch(Dialogue.SWITCH + " " + name))
                    .build();
            group.migration(Shops.migration(
                    name, database -> url(args[0], database), database -> url(args[1], database), cutover));
        }
        return group.build();
    }

    private static String url(String port, String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + URLEncoder.encode(database, StandardCharsets.UTF_8);
    }
}
