/** What runs, described for others: AsyncAPI and OpenAPI documents, and the reference pages of commands and kamelets. */
package io.dromedary.describe;
