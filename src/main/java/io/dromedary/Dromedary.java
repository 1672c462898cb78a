package io.dromedary;

/** Entry point of the application. */
public final class Dromedary {

    private Dromedary() {
    }

    public static void main(String[] args) {
        System.out.println("not yet");
    }
}
