package io.dromedary.oci;

import java.io.InputStream;

/** The verified content of an artifact as a stream: who has the last byte has the right bytes. */
public abstract class OciContent extends InputStream {

    /** Size of the whole content in bytes. */
    public abstract long size();

    /** Bytes read so far. */
    public abstract long position();

    /** How often a broken connection was taken up again. */
    public abstract int resumes();
}
