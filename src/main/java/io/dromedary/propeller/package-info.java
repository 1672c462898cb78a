/**
 * What the routes in {@code routes/propeller} need in Java: the settings of the Propeller proxy in all its spellings, chunk
 * arithmetic, and the accounts of running transfers.
 */
package io.dromedary.propeller;
