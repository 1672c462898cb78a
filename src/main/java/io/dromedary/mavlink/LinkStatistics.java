package io.dromedary.mavlink;

/**
 * Counters of a link since it was opened.
 *
 * @param received        valid frames that were let in
 * @param lost            frames missing by the senders' sequence numbers
 * @param checksumErrors  false starts and damaged frames
 * @param incompatible    frames with incompatibility flags that nobody here knows
 * @param skippedBytes    bytes that belonged to no frame
 * @param unsigned        frames dropped because signing is required
 * @param badSignatures   frames dropped because of a wrong signature
 * @param replays         frames dropped because their signature was not new
 * @param ownIds          frames dropped because they carry our own ids: an echo, or somebody who uses them too
 * @param sent            frames handed to the network, forwarded ones included
 * @param sendDrops       frames dropped because a peer took them too slowly or was gone
 * @param forwarded       frames passed on to another channel
 */
public record LinkStatistics(long received, long lost, long checksumErrors, long incompatible, long skippedBytes, long unsigned,
                             long badSignatures, long replays, long ownIds, long sent, long sendDrops, long forwarded) {
}
