/**
 * Long work as a route: the {@code job} component runs a route as a job with state, progress streams, cancellation, single-flight rules
 * and an owner that another instance replaces when it dies. The state is kept in Redis in the format of petal-flight-log.
 */
package io.dromedary.job;
