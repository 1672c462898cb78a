package io.dromedary.admin;

import java.util.List;

/** The proxies in the order of the reference's health message, with the words it has for them. */
enum ProxyInfo {

    REDIS("redis", "Redis Proxy", "Redis server works"),
    DB("db", "LocalDB Proxy", "Local database works"),
    EXT_MAVLINK("ext_mavlink", "MAVLink External Proxy", "MAVLink server works"),
    CLOUD("cloud", "Cloud DB Proxy", "Cloud database works"),
    BUCKET("bucket", "S3 Bucket Proxy", "S3 bucket works"),
    MQTT("mqtt", "MQTT Proxy", "MQTT server works"),
    FTP_MAVLINK("ftp_mavlink", "MAVLink FTP Proxy", "MAVLink FTP works", EXT_MAVLINK);

    private final String key;
    private final String title;
    private final String healthy;
    private final List<ProxyInfo> needs;

    ProxyInfo(String key, String title, String healthy, ProxyInfo... needs) {
        this.key = key;
        this.title = title;
        this.healthy = healthy;
        this.needs = List.of(needs);
    }

    /** Its name in configuration and control calls. */
    String key() {
        return key;
    }

    String title() {
        return title;
    }

    /** What the health message says while it works. */
    String healthy() {
        return healthy;
    }

    /** Proxies without which it cannot be switched on. */
    List<ProxyInfo> needs() {
        return needs;
    }
}
