/** Finds mistakes in routes, kamelets, schemas and tests before they run. One rule is one method. */
package io.dromedary.lint;
