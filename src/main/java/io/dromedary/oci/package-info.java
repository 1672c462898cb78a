/**
 * Reads artifacts from OCI registries: the component {@code oci:} and, beside it, the distribution protocol in plain Java on the
 * JDK's HTTP client.
 */
package io.dromedary.oci;
