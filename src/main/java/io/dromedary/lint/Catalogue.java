package io.dromedary.lint;

import java.util.Map;

/** What editors have to know of the components that routes can use here. */
public final class Catalogue {

    private Catalogue() {
    }

    /**
     * Metadata of every component that is installed: Camel's, ours, and those that the launcher makes known under another name.
     *
     * @return JSON in the form of Camel's catalogue, by name of the component
     */
    public static Map<String, String> components() {
        return Project.installed();
    }
}
