/** Camel's own command line has no main method of its own; its launcher is JBang, which not everybody has. */
public final class Cli {

    private Cli() {
    }

    public static void main(String[] arguments) {
        org.apache.camel.dsl.jbang.core.commands.CamelJBangMain.run(arguments);
    }
}
