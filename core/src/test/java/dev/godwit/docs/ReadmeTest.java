package dev.godwit.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.ApplyOptions;
import dev.godwit.CopyOptions;
import dev.godwit.CutoverOptions;
import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.SourceLimits;
import dev.godwit.TableFilter;
import dev.godwit.VerifyOptions;
import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationPhase;
import dev.godwit.result.FindingCode;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The README says what the code says. What it says of defaults and limits is in {@link dev.godwit.ReadmeDefaultsTest}. */
final class ReadmeTest {
    private final Readme readme = Readme.read();

    @Test
    void itsSnippetsAreRegionsOfCompiledTests() {
        Map<String, String> regions = Readme.regions();
        assertThat(readme.snippets()).isNotEmpty().containsOnlyKeys(regions.keySet());
        readme.snippets()
                .forEach((name, text) -> assertThat(text).as("snippet %s", name).isEqualTo(regions.get(name)));
        assertThat(readme.javaBlocks()).isEqualTo(readme.snippets().size());
    }

    @Test
    void itHasTheTwoCommandsFirst() {
        assertThat(readme.text().lines().filter(line -> line.startsWith("    ")).limit(2))
                .allMatch(line -> line.startsWith("    ./mvnw "))
                .anyMatch(line -> line.contains("./mvnw -q -Pdemo verify"))
                .anyMatch(line -> line.contains("./mvnw -B verify"));
    }

    @Test
    void itHasEveryOptionOfTheBuildersAndNoOther() {
        assertThat(readme.firstCells("### Migration.Builder"))
                .containsExactlyInAnyOrderElementsOf(options(Migration.Builder.class));
        assertThat(readme.firstCells("### CopyOptions"))
                .containsExactlyInAnyOrderElementsOf(options(CopyOptions.Builder.class));
        assertThat(readme.firstCells("### SourceLimits"))
                .containsExactlyInAnyOrderElementsOf(options(SourceLimits.Builder.class));
        assertThat(readme.firstCells("### ApplyOptions"))
                .containsExactlyInAnyOrderElementsOf(options(ApplyOptions.Builder.class));
        assertThat(readme.firstCells("### CutoverOptions"))
                .containsExactlyInAnyOrderElementsOf(options(CutoverOptions.Builder.class));
        assertThat(readme.firstCells("### VerifyOptions"))
                .containsExactlyInAnyOrderElementsOf(options(VerifyOptions.Builder.class));
        assertThat(readme.firstCells("### Endpoint"))
                .containsExactlyInAnyOrderElementsOf(returningItself(Endpoint.class, false));
        assertThat(readme.firstCells("### TableFilter"))
                .containsExactlyInAnyOrderElementsOf(returningItself(TableFilter.class, true));
    }

    /** Options are the public methods of a builder that give the builder. */
    private static List<String> options(Class<?> builder) {
        return returningItself(builder, false);
    }

    private static List<String> returningItself(Class<?> type, boolean withStatic) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .filter(method -> withStatic || !Modifier.isStatic(method.getModifiers()))
                .filter(method -> method.getReturnType() == type)
                .map(Method::getName)
                .distinct()
                .toList();
    }

    @Test
    void itHasEveryCodeOfAFindingAndNoOther() {
        assertThat(readme.firstCells("### Findings"))
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(FindingCode.values()).map(FindingCode::code).toList());
        assertThat(FindingCode.values()).allSatisfy(kind -> {
            assertThat(readme.cell("### Findings", kind.code(), 1)).isEqualTo("`" + kind.slug() + "`");
            assertThat(readme.cell("### Findings", kind.code(), 2))
                    .isEqualTo(kind.severity().label());
        });
    }

    @Test
    void itHasEveryPhaseInOrder() {
        assertThat(readme.firstCells("## Phases"))
                .containsExactlyElementsOf(
                        Stream.of(MigrationPhase.values()).map(Enum::name).toList());
    }

    @Test
    void itHasEveryEventAndNoOther() {
        assertThat(readme.firstCells("## Events"))
                .containsExactlyInAnyOrderElementsOf(Stream.of(MigrationEvent.class.getPermittedSubclasses())
                        .map(Class::getSimpleName)
                        .toList());
    }
}
