/**
 * MAVLink: the codec, the link to vehicles and the {@code mavlink} component.
 *
 * <h2>Codec (plain Java, no threads, no sockets)</h2>
 * <ul>
 * <li>{@link io.dromedary.mavlink.Dialect} knows the messages: {@code Dialect.standard()}, {@code find(id)}, {@code get(name)}.
 * <li>{@link io.dromedary.mavlink.MavlinkMessage} is one message to make or to read, field by field or as a map:
 * {@code dialect.message("PARAM_REQUEST_LIST").set("target_system", 1)}, {@code message.getInt("command")}, {@code toMap()}.
 * <li>{@link io.dromedary.mavlink.FrameWriter} makes the frames of one component on one link from messages, or straight from an FTP
 * payload.
 * <li>{@link io.dromedary.mavlink.FrameParser} finds frames in streams and datagrams and hands each to a
 * {@link io.dromedary.mavlink.FrameSink} as {@link io.dromedary.mavlink.MavlinkFrame}, a view that is valid during the call:
 * {@code frame.message()} decodes, {@code frame.copy()} keeps, {@code frame.copyPayload(FTP_PAYLOAD_AT, ...)} takes an FTP payload out.
 * <li>{@link io.dromedary.mavlink.MavlinkSigning} signs and verifies.
 * </ul>
 *
 * <h2>Link (plain Java, sockets and threads)</h2>
 * {@link io.dromedary.mavlink.MavlinkLink} is our presence in a network, made from {@link io.dromedary.mavlink.LinkSettings} and shared
 * through {@link io.dromedary.mavlink.MavlinkLinks}: {@code send(message)}, {@code sendFtp(system, component, payload, from, length)},
 * {@code subscribe(listener)} for quick work on the reading thread, {@code queue(wanted, capacity)} for anything that takes time,
 * {@code awaitVehicle}, {@code subscribeVehicles}. A simulated vehicle is a link too: with ids 1/1, without the link's own heartbeat
 * ({@code withHeartbeat(2, Duration.ZERO)}), sending HEARTBEAT messages of its own.
 */
package io.dromedary.mavlink;
