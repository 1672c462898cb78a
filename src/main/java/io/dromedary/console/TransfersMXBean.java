package io.dromedary.console;

import java.util.List;

/** What is being transferred: artifacts to the broker, files from and to vehicles. */
public interface TransfersMXBean {

    List<RunningTransfer> getRunning();

    int getCount();

    /** One transfer. */
    interface RunningTransfer {

        /** {@code artifact} or {@code vehicle-file}. */
        String getKind();

        String getName();

        long getBytesDone();

        /** -1 when not known (yet). */
        long getBytesTotal();

        /** 0 to 100; -1 when the total is not known. */
        double getPercent();
    }
}
