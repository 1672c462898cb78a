package io.dromedary.console;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

import javax.management.ObjectName;

import org.jolokia.server.core.service.api.Restrictor;
import org.jolokia.server.core.util.HttpMethod;
import org.jolokia.server.core.util.RequestType;

/**
 * What may pass through Jolokia: everything of Camel's and of our MBeans, and of the Java virtual machine the few numbers that
 * Hawtio's pages show. Everything else is neither listed nor reachable; system properties and the command line are not among it,
 * since they may hold secrets, nor are MBeans that load classes or write files.
 */
final class ConsolePolicy implements Restrictor {

    private static final Set<String> DOMAINS = Set.of("org.apache.camel", "io.dromedary", "jolokia");
    private static final Set<RequestType> TYPES = EnumSet.of(RequestType.READ, RequestType.WRITE, RequestType.EXEC, RequestType.LIST,
            RequestType.SEARCH, RequestType.VERSION);
    private static final Map<String, Set<String>> READABLE = Map.of(
            "java.lang:type=Runtime", Set.of("StartTime", "Uptime", "VmName", "VmVendor", "VmVersion", "SpecVersion", "Name"),
            "java.lang:type=Memory", Set.of("HeapMemoryUsage", "NonHeapMemoryUsage"),
            "java.lang:type=Threading", Set.of("ThreadCount", "PeakThreadCount", "DaemonThreadCount"),
            "java.lang:type=ClassLoading", Set.of("LoadedClassCount"),
            "java.lang:type=OperatingSystem", Set.of("AvailableProcessors", "SystemLoadAverage", "ProcessCpuLoad", "SystemCpuLoad", "Arch",
                    "Name", "Version", "FreePhysicalMemorySize", "TotalPhysicalMemorySize", "OpenFileDescriptorCount", "MaxFileDescriptorCount"));

    private static boolean ours(ObjectName name) {
        return DOMAINS.contains(name.getDomain());
    }

    @Override
    public boolean isHttpMethodAllowed(HttpMethod method) {
        return method == HttpMethod.GET || method == HttpMethod.POST;
    }

    @Override
    public boolean isTypeAllowed(RequestType type) {
        return TYPES.contains(type);
    }

    @Override
    public boolean isAttributeReadAllowed(ObjectName name, String attribute) {
        return ours(name) || READABLE.getOrDefault(name.getCanonicalName(), Set.of()).contains(attribute);
    }

    @Override
    public boolean isAttributeWriteAllowed(ObjectName name, String attribute) {
        return ours(name);
    }

    @Override
    public boolean isOperationAllowed(ObjectName name, String operation) {
        return ours(name);
    }

    /** Who may come is decided by the address the server listens on, and by the login. */
    @Override
    public boolean isRemoteAccessAllowed(String... hostOrAddress) {
        return true;
    }

    /** Other sites are refused before Jolokia sees their requests. */
    @Override
    public boolean isOriginAllowed(String origin, boolean strict) {
        return true;
    }

    @Override
    public boolean isObjectNameHidden(ObjectName name) {
        return !ours(name) && !READABLE.containsKey(name.getCanonicalName());
    }
}
