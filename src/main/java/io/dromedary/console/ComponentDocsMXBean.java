package io.dromedary.console;

import java.util.List;

/** What may be written in the URI of one of our components; Hawtio's own pages know only Camel's. */
public interface ComponentDocsMXBean {

    String getTitle();

    String getDescription();

    String getSyntax();

    List<Option> getOptions();

    /** One option. */
    interface Option {

        String getName();

        String getType();

        /** Empty when there is none. */
        String getDefault();

        boolean isRequired();

        String getDescription();
    }
}
