package io.dromedary.flightlog;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/** Reads little-endian bytes at places of a file that mostly follow each other, through a window of 64 KiB. Not safe for use by several threads. */
final class FileWindow {

    private final FileChannel file;
    private final ByteBuffer window = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN).limit(0);
    private long start;

    FileWindow(FileChannel file) {
        this.file = file;
    }

    /** A buffer that stands at a place, with a few bytes at least, until the next call. @throws EOFException when the file ends before them */
    ByteBuffer at(long position, int few) throws IOException {
        if (position < start || position + few > start + window.limit()) {
            window.clear();
            start = position;
            fill(window, position);
            window.flip();
            if (window.limit() < few) {
                throw new EOFException("end of the file");
            }
        }
        return window.position((int) (position - start));
    }

    /** A copy of bytes. @throws EOFException when the file ends before them */
    ByteBuffer copy(long position, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        fill(buffer, position);
        if (buffer.hasRemaining()) {
            throw new EOFException("end of the file");
        }
        return buffer.flip();
    }

    private void fill(ByteBuffer buffer, long from) throws IOException {
        long position = from;
        while (buffer.hasRemaining()) {
            int read = file.read(buffer, position);
            if (read < 0) {
                return;
            }
            position += read;
        }
    }
}
