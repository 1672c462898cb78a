/**
 * The flight log's domain: records, matching, what files say of themselves, where files go. It knows neither Camel nor a wire; the
 * routes in {@code routes/flight-log/} call it and move the bytes.
 */
package io.dromedary.flightlog;
