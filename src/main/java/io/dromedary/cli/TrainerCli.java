package io.dromedary.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code dromedary trainer}: both ends of the auto-trainer API, for people. */
@Command(name = "trainer", mixinStandardHelpOptions = true, description = "Talks the auto-trainer API over ZeroMQ, as a device or to one.",
        subcommands = {TrainerServe.class, TrainerConsole.class})
final class TrainerCli implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say serve or console.");
    }
}
