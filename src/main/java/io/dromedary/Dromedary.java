package io.dromedary;

import io.dromedary.cli.DromedaryCli;

/** Entry point of the application. */
public final class Dromedary {

    private Dromedary() {
    }

    /** Hands over to the command line and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(DromedaryCli.execute(args));
    }
}
