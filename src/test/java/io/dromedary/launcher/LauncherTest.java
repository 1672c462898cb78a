package io.dromedary.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code dromedary} with a scripted Maven and Java, in a project whose path has blanks. */
class LauncherTest {

    private static final Path SCRIPT = Path.of("dromedary").toAbsolutePath();

    @TempDir
    Path temp;
    private Path project;
    private Path jdk;

    record Result(int exit, String out, String err) {
    }

    @BeforeEach
    void makeProject() throws IOException {
        project = Files.createDirectories(temp.resolve("a project"));
        Files.copy(SCRIPT, project.resolve("dromedary"));
        Files.createDirectories(project.resolve("src/main/java"));
        Files.createDirectories(project.resolve("kamelets"));
        write(project.resolve("pom.xml"), "<project/>");
        write(project.resolve("src/main/java/A.java"), "class A {}");
        jdk = temp.resolve("jdk 17");
        java("17.0.1+1", "printf '%s|' \"$@\"; echo");
        executable(temp.resolve("bin/mvn"), """
                echo noise of maven
                echo build >> ../builds
                mkdir -p target/lib
                echo jar > target/dromedary-0.1.0.jar
                """);
    }

    @Test
    void buildsOnceAndPassesEveryArgument() throws Exception {
        Result first = run(Map.of(), "send", "two words", "*");
        assertThat(first.exit).isZero();
        assertThat(first.out).contains("-Djdk.serialFilter=!*|").contains("|-Djdk.http.auth.tunneling.disabledSchemes=|").contains("-jar|" + project + "/target/dromedary-0.1.0.jar|send|two words|*|")
                .doesNotContain("noise");
        assertThat(first.err).startsWith("dromedary: building").hasLineCount(1);
        Result second = run(Map.of(), "send");
        assertThat(second.err).isEmpty();
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void buildsAgainWhenASourceChanged() throws Exception {
        run(Map.of(), "help");
        Files.setLastModifiedTime(project.resolve("src/main/java/A.java"), FileTime.from(Instant.now().plusSeconds(2)));
        run(Map.of(), "help");
        assertThat(builds()).isEqualTo(2);
    }

    @Test
    void buildsAgainWhenASourceWasDeleted() throws Exception {
        run(Map.of(), "help");
        age(project.resolve("target/dromedary-0.1.0.jar"));
        age(project.resolve("target/dromedary.built"));
        Files.delete(project.resolve("src/main/java/A.java"));
        run(Map.of(), "help");
        assertThat(builds()).isEqualTo(2);
    }

    @Test
    void spendsNoTimeOnTheBetterCompilerForShortCommands() throws Exception {
        assertThat(run(Map.of(), "doctor").out).contains("-XX:TieredStopAtLevel=1|");
        assertThat(run(Map.of(), "pull", "x").out).doesNotContain("TieredStopAtLevel");
    }

    @Test
    void usesWhatMavenBuiltByItself() throws Exception {
        Files.createDirectories(project.resolve("target/lib"));
        Files.writeString(project.resolve("target/dromedary-0.1.0.jar"), "jar");
        Files.writeString(project.resolve("target/dromedary-0.1.0-sources.jar"), "sources");
        assertThat(run(Map.of(), "help").out).contains("target/dromedary-0.1.0.jar|help|");
        assertThat(project.resolve("../builds")).doesNotExist();
    }

    @Test
    void showsWhyTheBuildFailed() throws Exception {
        executable(temp.resolve("bin/mvn"), "echo '[ERROR] A.java:1 is wrong'; exit 1");
        Result result = run(Map.of(), "run");
        assertThat(result.exit).isEqualTo(1);
        assertThat(result.out).isEmpty();
        assertThat(result.err).contains("[ERROR] A.java:1 is wrong").contains("The build failed");
    }

    @Test
    void buildsOnceForTwoStartsAtOnce() throws Exception {
        executable(temp.resolve("bin/mvn"), """
                echo build >> ../builds
                sleep 0.5
                mkdir -p target/lib
                echo jar > target/dromedary-0.1.0.jar
                """);
        Process one = start(Map.of(), "help");
        Process two = start(Map.of(), "help");
        assertThat(finish(one).exit).isZero();
        assertThat(finish(two).exit).isZero();
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void makesAnArchivePerJavaVersionOnTheFirstRunOnly() throws Exception {
        java("17.0.1+1", applicationThatWritesAnArchive());
        assertThat(run(Map.of("SECRET", "x"), "run").out).contains("started with").contains("-XX:SharedArchiveFile=" + project);
        assertThat(project.resolve("target/startup-17.0.1+1.jsa")).content().contains("archive");
        assertThat(Files.readString(jdk.resolve("bin/environment"))).doesNotContain("SECRET").contains("DROMEDARY_MQTT_PORT=0");
        assertThat(run(Map.of(), "run").err).isEmpty();
        java("25.0.1+2-LTS", applicationThatWritesAnArchive());
        Result other = run(Map.of(), "run");
        assertThat(other.err).contains("preparing a faster start");
        assertThat(other.out).contains("started with").contains("-XX:AOTCache=" + project + "/target/startup-25.0.1+2-LTS.aot");
        try (var files = Files.list(project.resolve("target"))) {
            assertThat(files.map(Path::getFileName).map(Path::toString)).noneMatch(name -> name.matches("startup\\..*"));
        }
    }

    @Test
    void startsWithoutAnArchiveWhenItCannotBeMadeAndDoesNotTryAgain() throws Exception {
        java("17.0.1+1", "case \"$*\" in *ArchiveClassesAtExit*) exit 1;; esac; echo started with \"$*\"");
        Result first = run(Map.of(), "run");
        assertThat(first.exit).isZero();
        assertThat(first.out).contains("started").doesNotContain("SharedArchiveFile");
        assertThat(run(Map.of(), "run").err).isEmpty();
    }

    @Test
    void worksThroughALinkFromElsewhere() throws Exception {
        Path link = Files.createSymbolicLink(temp.resolve("bin/drom"), Path.of("../a project/dromedary"));
        Result result = finish(builder(Map.of(), List.of(link.toString(), "help")).directory(Path.of("/").toFile()).start());
        assertThat(result.out).contains(project + "/target/dromedary-0.1.0.jar|help|");
    }

    @Test
    void namesOfFilesAreUtf8AlsoWhereNoLocaleIsSet() throws Exception {
        java("17.0.1+1", "echo \"locale ${LC_ALL:-none}\"");
        assertThat(run(Map.of("LC_ALL", "", "LC_CTYPE", "", "LANG", ""), "help").out).contains("locale C.UTF-8");
        assertThat(run(Map.of("LC_ALL", "C", "LANG", "de_DE.UTF-8"), "help").out).contains("locale C.UTF-8");
        assertThat(run(Map.of("LC_ALL", "", "LC_CTYPE", "", "LANG", "de_DE.UTF-8"), "help").out).contains("locale none");
    }

    @Test
    void becomesTheJavaProcessSoThatSignalsReachIt() throws Exception {
        java("17.0.1+1", "trap 'exit 42' TERM; echo up; while :; do sleep 0.05; done");
        Process process = start(Map.of(), "send");
        assertThat(process.inputReader().readLine()).isEqualTo("up");
        process.destroy();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(42);
    }

    @Test
    void refusesAnOldJavaAndAMissingOne() throws Exception {
        java("11.0.2+7", "echo no");
        Result old = run(Map.of(), "run");
        assertThat(old.exit).isEqualTo(1);
        assertThat(old.err).contains("is version 11.0.2+7; Dromedary needs Java 17 or newer.");
        Result missing = run(Map.of("JAVA_HOME", "/nowhere"), "run");
        assertThat(missing.exit).isEqualTo(1);
        assertThat(missing.err).isEqualTo("dromedary: JAVA_HOME is /nowhere, but there is no bin/java in it.\n");
    }

    private static String applicationThatWritesAnArchive() {
        return """
                for option; do
                    case $option in
                        -XX:ArchiveClassesAtExit=* | -XX:AOTCacheOutput=*)
                            env > "$(dirname "$0")/environment"
                            trap 'echo archive > "${option#*=}"; exit 143' TERM
                            echo ready
                            while :; do sleep 0.05; done ;;
                    esac
                done
                echo started with "$*"
                """;
    }

    private void java(String version, String body) throws IOException {
        executable(jdk.resolve("bin/java"), body);
        write(jdk.resolve("release"), "JAVA_RUNTIME_VERSION=\"" + version + "\"\n");
    }

    private long builds() throws IOException {
        return Files.readAllLines(temp.resolve("builds")).size();
    }

    private Result run(Map<String, String> environment, String... arguments) throws Exception {
        return finish(start(environment, arguments));
    }

    private Process start(Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(project.resolve("dromedary").toString()));
        command.addAll(List.of(arguments));
        return builder(environment, command).start();
    }

    private ProcessBuilder builder(Map<String, String> environment, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("DROMEDARY_") || name.startsWith("JAVA_"));
        builder.environment().put("JAVA_HOME", jdk.toString());
        builder.environment().merge("PATH", temp.resolve("bin").toString(), (old, ours) -> ours + ":" + old);
        builder.environment().putAll(environment);
        return builder;
    }

    private static Result finish(Process process) throws Exception {
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Result(process.exitValue(), out, err);
    }

    private static void age(Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
    }

    private static void write(Path file, String text) throws IOException {
        Files.writeString(file, text);
        age(file);
    }

    private static void executable(Path file, String body) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + body);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
