package io.dromedary.bench;

import java.lang.management.ManagementFactory;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.sun.management.OperatingSystemMXBean;

import io.dromedary.mavlink.LinkSettings;
import io.dromedary.mavlink.MavlinkLink;

/** Processor time of the whole process while a link waits for a vehicle that never comes, over UDP, TCP and its own heartbeats. */
public final class MavlinkIdleBench {

    private MavlinkIdleBench() {
    }

    public static void main(String[] args) throws Exception {
        long seconds = args.length > 0 ? Long.parseLong(args[0]) : 30;
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        CountDownLatch never = new CountDownLatch(1);
        try (MavlinkLink link = MavlinkLink.open(LinkSettings.of("udpin:127.0.0.1:0,tcpin:127.0.0.1:0,udpout:127.0.0.1:9,tcp:127.0.0.1:9"))) {
            never.await(3, TimeUnit.SECONDS);
            long cpu = system.getProcessCpuTime();
            long start = System.nanoTime();
            never.await(seconds, TimeUnit.SECONDS);
            double share = 100.0 * (system.getProcessCpuTime() - cpu) / (System.nanoTime() - start);
            System.out.printf("no vehicle for %d s: %.3f %% of a core, %d heartbeats sent%n", seconds, share, link.statistics().sent());
        }
    }
}
