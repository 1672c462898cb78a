package io.dromedary;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Keeps the direction of dependencies: routes, then components, then plain protocol and domain code. */
@AnalyzeClasses(packages = "io.dromedary", importOptions = DoNotIncludeTests.class)
class LayeringTest {

    /** The classes of a component that may know Camel; everything else in its package is plain protocol. */
    private static final String CAMEL_CLASSES =
            ".*(Component|Endpoint|Configuration|Consumer|Producer|Operations|Constants|Converter|ConverterLoader|Configurer|UriFactory|HealthCheck)(\\$.*)?";

    @ArchTest
    static final ArchRule PROTOCOL_CLASSES_DO_NOT_KNOW_CAMEL = noClasses()
            .that().resideInAnyPackage("..mavlink..", "..mavftp..", "..zeromq..", "..trainer..", "..vantiq..", "..oci..", "io.dromedary.job..")
            .and().haveNameNotMatching(CAMEL_CLASSES)
            .should().dependOnClassesThat().resideInAPackage("org.apache.camel..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule DOMAIN_AND_EMBEDDED_DO_NOT_KNOW_CAMEL = noClasses()
            .that().resideInAnyPackage("..flightlog..", "..embedded..")
            .should().dependOnClassesThat().resideInAPackage("org.apache.camel..")
            .allowEmptyShould(true);

    /** File transfer builds on MAVLink; what MAVLink needs of it comes as a service. */
    @ArchTest
    static final ArchRule MAVLINK_DOES_NOT_KNOW_FILE_TRANSFER = noClasses()
            .that().resideInAPackage("io.dromedary.mavlink..")
            .should().dependOnClassesThat().resideInAPackage("io.dromedary.mavftp..");

    /** One closes when a thread that uses it is interrupted, as that of a cancelled job is, and the link with it. */
    @ArchTest
    static final ArchRule LINKS_ARE_NO_INTERRUPTIBLE_CHANNELS = noClasses()
            .should().dependOnClassesThat().haveNameMatching("java\\.nio\\.channels\\.(Datagram|Socket)Channel");
}
