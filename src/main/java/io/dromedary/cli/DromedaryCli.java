package io.dromedary.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Stream;

import io.dromedary.embedded.StartRefused;
import io.dromedary.kit.FileMistake;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The root of the command line. */
@Command(name = "dromedary", mixinStandardHelpOptions = true, versionProvider = DromedaryCli.Version.class,
        description = "Turns an edge computer into something integration engineers can program in YAML.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:failed", "2:wrong usage", "3:peer unreachable", "4:timed out", "130:interrupted"})
public final class DromedaryCli {

    /** Reads the version that the build wrote into the jar. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = DromedaryCli.class.getPackage().getImplementationVersion();
            return new String[] {"dromedary " + (version == null ? "(unpackaged)" : version), "Java " + Runtime.version()};
        }
    }

    private DromedaryCli() {
    }

    /** Runs one command line and returns its exit code. */
    public static int execute(String... args) {
        // Somebody who asks one question wants its answer, not how it was come by.
        boolean asks = args.length == 0 || !args[0].equals("run");
        try {
            System.setProperty(Logging.LEVEL, Settings.ofProcess().logLevel(asks ? "ERROR" : "INFO"));
        } catch (StartRefused e) {
            System.err.println("dromedary: " + e.getMessage());
            return ExitCode.USAGE;
        }
        if (asks || args.length > 2 || !Stream.of(args).skip(1).allMatch(RunCommand.SIMULATE::equals)) {
            return commandLine().execute(args);
        }
        return run(args.length > 1);
    }

    private static int run(boolean simulate) {
        PrintWriter err = new PrintWriter(System.err, true);
        try {
            return RunCommand.run(simulate, new PrintWriter(System.out, true), err);
        } catch (Exception e) {
            return explain(e, err);
        }
    }

    static CommandLine commandLine() {
        CommandLine root = new CommandLine(new DromedaryCli());
        List.of(
                RunCommand.class,
                SendCommand.class,
                PullCommand.class,
                ReloadCommands.Apply.class,
                ReloadCommands.Diff.class,
                ReloadCommands.Rollback.class,
                NewCommand.class,
                DocsCommand.class,
                LintCommand.class,
                TestCommand.class,
                DoctorCommand.class,
                FtpCommand.class,
                LogsCommand.class,
                VehicleCommand.class,
                ParamsCommand.class,
                ShellCommand.class,
                TrainerCli.class,
                CommandLine.HelpCommand.class,
                AutoComplete.GenerateCompletion.class).forEach(root::addSubcommand);
        return root.setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, line, parsed) -> explain(failure, line.getErr()));
    }

    /** One line for the person at the keyboard; the stack trace only for those who ask for it. */
    private static int explain(Exception failure, PrintWriter err) {
        Logger log = LoggerFactory.getLogger(DromedaryCli.class);
        boolean refused = failure instanceof StartRefused;
        err.println("dromedary: " + (refused ? reason(failure) : FileMistake.oneLine(reason(failure))));
        if (!refused) {
            log.debug("Its stack trace", failure);
        }
        return failure instanceof BadConfiguration ? ExitCode.USAGE : ExitCode.FAILED;
    }

    /** The message, and behind it the one of the deepest cause, which is where Camel says what is really wrong. */
    private static String reason(Throwable failure) {
        String outer = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        String inner = root.getMessage() == null ? root.toString() : root.getMessage();
        return root == failure || failure instanceof StartRefused || outer.contains(inner) ? outer : outer + ": " + inner;
    }
}
