package io.dromedary.mavlink;

import java.io.IOException;
import java.io.OutputStream;

import com.fazecast.jSerialComm.SerialPort;
import com.fazecast.jSerialComm.SerialPortInvalidPortException;

/** A serial line, 8N1. */
final class SerialLine implements StreamPort.Stream {

    /** So often the reader looks whether it shall end. */
    private static final int READ_TIMEOUT_MILLIS = 500;

    private final SerialPort port;

    private SerialLine(SerialPort port) {
        this.port = port;
    }

    static SerialLine open(LinkAddress address) throws IOException {
        try {
            SerialPort port = SerialPort.getCommPort(address.host());
            port.setComPortParameters(address.port(), 8, SerialPort.ONE_STOP_BIT, SerialPort.NO_PARITY);
            port.setFlowControl(address.flowControl()
                    ? SerialPort.FLOW_CONTROL_RTS_ENABLED | SerialPort.FLOW_CONTROL_CTS_ENABLED : SerialPort.FLOW_CONTROL_DISABLED);
            port.setComPortTimeouts(SerialPort.TIMEOUT_READ_SEMI_BLOCKING | SerialPort.TIMEOUT_WRITE_BLOCKING, READ_TIMEOUT_MILLIS, 0);
            if (!port.openPort()) {
                throw new IOException("Cannot open " + address + ": error " + port.getLastErrorCode());
            }
            return new SerialLine(port);
        } catch (SerialPortInvalidPortException e) {
            throw new IOException("Cannot open " + address + ": " + e.getMessage(), e);
        }
    }

    @Override
    public int read(byte[] into) {
        return port.readBytes(into, into.length);
    }

    @Override
    public OutputStream out() {
        return port.getOutputStream();
    }

    @Override
    public void close() {
        port.closePort();
    }
}
