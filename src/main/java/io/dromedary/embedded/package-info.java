/**
 * The servers of the zero-install mode: an MQTT 5 broker, Redis, an S3 store and SQL databases, all on the loopback interface
 * and with all their state below one {@link io.dromedary.embedded.DataDirectory}. Plain Java, without Camel.
 */
package io.dromedary.embedded;
