/** Tables of JSON documents: on SQL, or behind the HTTP data API of the reference. */
package io.dromedary.documents;
