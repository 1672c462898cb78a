/** Files in an S3 bucket, streamed. */
package io.dromedary.bucket;
