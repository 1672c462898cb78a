/**
 * The Vantiq connector: a plain protocol session ({@code VantiqSession}) and the Camel component {@code vantiq:} on top of it.
 *
 * <p>On the wire this is the Python connector SDK 1.2.8. Where the two differ on purpose, the decisions of docs/decisions 0080 to 0084 say so.
 */
package io.dromedary.vantiq;
