/** What routes need of HTTP beyond {@code platform-http}. */
package io.dromedary.http;
