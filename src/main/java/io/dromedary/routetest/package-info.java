/** Tests of routes that are written in YAML beside them: a message goes in, mocks answer, and what came out is compared. */
package io.dromedary.routetest;
