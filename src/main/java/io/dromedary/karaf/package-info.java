/** The application as one OSGi bundle, configured by the files {@code etc/dromedary*.cfg} of Apache Karaf. */
package io.dromedary.karaf;
