"""What a recording cannot say by itself: how the surroundings misbehave in a scenario, where a job is held half-way, and what a
replacement must do where the recording carries `drop_in`."""

LOGS, RM, UPLOAD = ("mavlink.log_request_list", 1), ("mavlink.shell rm", 2), ("s3.upload", 1)
CARD = "fs/microsd/log/2026-01-15/"

FAULTS = {
    **{"fetch-" + n: {"hold": LOGS} for n in ("success-with-stream", "second-cancels-first", "subscribe-running-default-rate", "subscribe-twice",
                                               "unsubscribe-running", "cancel-running", "subscribe-null-rate", "cancel-no-wait-response")},
    **{f + n: {"hold": RM} for f in ("bulk-", "clear-") for n in ("success-with-stream", "subscribe-running-default-rate", "subscribe-twice", "unsubscribe-running")},
    **{f + n: {"hold": RM, "lost": True} for f in ("bulk-", "clear-") for n in ("cancel-running", "second-replaces-first")},
    "clear-cancel-without-redis": {"hold": RM},
    "sync-subscribe-foreign-kind": {"hold": LOGS},
    "sync-cancel-running-upload": {"hold": UPLOAD},
    **{"sync-" + n: {"pace": 0.15} for n in ("success-with-stream", "restart-replaces-running", "cancel-running-download", "subscribe-sub-job", "unsubscribe-success")},
    "fetch-cancels-running-sync": {"pace": 0.15},
    "clear-partial-failure": {"protect": [CARD + "11_00_00.ulg"]},
    "delete-sd-card-fails": {"protect": [CARD + "11_00_00.ulg"]},
    "clearerr-partial": {"protect": ["fs/microsd/fail_1001.log"]},
    "clearerr-all-fail": {"protect": ["fs/microsd/fail_1000.log"]},
    "clearerr-shell-without-rm": {"no_rm": True},
    **{n: {"list_fails": True} for n in ("fetch-mavftp-listing-fails", "detect-listing-fails", "clearerr-listing-fails")},
    "sync-download-fails": {"open_fails": True},
    "fetch-database-write-fails": {"data": {"cloud.setData": "500 oops"}},
    "existing-database-error": {"data": {"cloud.scanData": "503 down"}},
    "sync-local-db-write-fails": {"data": {"local.setData": "drop"}},
    "sync-job-stuck-when-row-vanishes": {"data": {"cloud.getData": "gone after 1"}},
    "delete-s3-move-fails": {"copy_refused": True},
    "bulk-s3-move-failure-ignored": {"copy_refused": True},
    "detect-link-down": {"link_down": True},
}
SETTLE = {"detect-link-down": 13}                # seconds before the first request: the silence has to be noticed

# Where a replacement may differ in every scenario (specification, marks D in 7, 9.1, 10.4, 13): path, and the value allowed there.
FREE = ((r"ulog\.creation_timestamp_unix_s$", None), (r"^local\..*\.sync_job_status$", "error"), (r"^stream first\..*\.(deleted|failed)$", None))
# existing-hides-deleted-and-foreign carries no `drop_in`, yet ruling D of 4.3 applies to it: the response has the data of the broadcast.
RULED_DATA = r"^responses\.\d+\.data$"
# Timing and listing order decide these, in the reference too; the error text of the download is that of the recorder's vehicle.
LUCK = r"\.progress\.rate_kbps$"
LUCK_IN = {"sync-download-fails": r"\.error_message$",
           "sync-subscribe-sub-job": r"^responses\.1\.job_state\.progress\.", "fetch-log-count-mismatch": r"^redis\.px4_ulogs:.*\.metadata\.(index|qgc_name)$"}
KEYS = ("job:", "px4_ulogs:", "local_rosbags:", "flight_records:")      # the Redis keys of the contract; others are its own affair

NOT_REPLAYABLE = {"dispatch-organization-unknown": "the organisation id is configuration of the process"}

# Texts whose tail is validator prose or an accident: compare up to the end of the entry, or up to its bar.
PREFIXES = ("Invalid request parameters: ", "Error deleting flight record record-001: |1 validation", "500: Invalid flight record data: ",
            "Error starting bulk_delete_flight_records job: ", "already completed with status: ", "Master command handler error: |1 validation error for ",
            "Error processing test_fetch_existing_flight_records command: |HTTPException", "Deleting ULog file ")

# ------------------------------------------------------------------------------------------------ rulings on `drop_in`
# Each takes the finished run and returns a text for what is wrong, or None. Scenarios with `drop_in` and no entry: status and
# error code only, the rest is judged by hand. The rulings on delete are in deleted() below. Two entries have no `drop_in`: their
# recordings show the race of section 10.5.
R, LEAF = "config-log-flight_record", "config-log-leaf_fc_record-edge"


def check(**wanted):
    """All conditions by name; the names of the failing ones are the text."""
    return lambda run: ", ".join(name for name, test in wanted.items() if not test(run)) or None


first = lambda run: run.responses[0] if run.responses else {}
last = lambda run: run.responses[-1] if run.responses else {}
job = lambda run: next((j for k, j in run.after["redis"].items() if k.startswith("job:")), {})
rows = lambda run, where="cloud": [r for r in run.after[where].get(R, {}).values() if not r.get("deleted")]
broadcast = lambda run: (run.broadcasts or [{}])[-1].get("payload", {})
acknowledged = lambda run: [d["message"] for k, d in run.effects if k == "redis.publish"]
ending = lambda run: (run.stream or [{}])[-1].get("payload", {})
ok = lambda answer: answer.get("status") == "success"

new_stream = check(streamed_under_new_id=lambda r: ending(r).get("published_stream_id") == "s-2")
listing_fails = check(execution_error=lambda r: broadcast(r).get("error_code") == "EXECUTION_ERROR" and not ok(broadcast(r)))
default_base = check(one_success=lambda r: len(r.responses) == 1 and ok(first(r)), base=lambda r: broadcast(r).get("base") == "fs/microsd", published=lambda r: ok(broadcast(r)))
refused_up_front = check(invalid=lambda r: first(r).get("error_code") == "INVALID_PARAMETERS")
sync_jobs = lambda run: [j["status"] for k, j in run.after["redis"].items() if k.startswith("job:") and j["job_type"] == "FlightRecordSyncJob"]
sync_cancelled = check(accepted=lambda r: len(r.responses) == 2 and all(map(ok, r.responses)), first_cancelled=lambda r: "cancelled" in sync_jobs(r),
                       other_completed=lambda r: any(j["status"] == "completed" for k, j in r.after["redis"].items() if k.startswith("job:")))
cancelled_everywhere = check(
    response=lambda r: ok(last(r)), broadcast=lambda r: any(ok(b["payload"]) for b in r.broadcasts),
    rows=lambda r: all(x["sync_job_status"] == "cancelled" for w in ("cloud", "local") for x in rows(r, w)),
    job=lambda r: sync_jobs(r) == ["cancelled"])

RULINGS = {
    **{f + "-subscribe-twice": new_stream for f in ("fetch", "bulk", "clear")},
    "detect-listing-fails": listing_fails, "clearerr-listing-fails": listing_fails,
    "detect-null-base": default_base, "clearerr-null-base": default_base,
    "clear-null-base": check(text=lambda r: "for fs/microsd/log." in first(r).get("message", "")),
    "fetch-bad-iso-time-fails-job": refused_up_front, "fetch-stream-of-failing-job": refused_up_front,
    "fetch-subscribe-null-rate": check(rate=lambda r: last(r).get("data_rate_hz") == 2.0, streamed=lambda r: bool(r.stream)),
    "fetch-cancel-already-cancelled-in-redis": check(none_counted=lambda r: first(r).get("cancelled_jobs") == [] and "Cancelled 0 " in first(r)["message"]),
    "fetch-log-outside-window": check(no_new_record=lambda r: not rows(r), job=lambda r: job(r).get("status") == "completed"),
    "fetch-two-bags-share-one-log": check(nearest_only=lambda r: [x["rosbag"]["file_name"] for x in rows(r) if x["ulog"]] == ["LeafFC_a.bag"], both_bags=lambda r: len(rows(r)) == 2),
    "fetch-leaf-fc-ignored-on-first-run": check(attached=lambda r: [(x.get("leaf_fc_record") or {}).get("id") for x in rows(r)] == ["leaf-001"]),
    "fetch-leaf-fc-second-run-duplicates": check(one_row_with_leaf=lambda r: [(x.get("leaf_fc_record") or {}).get("id") for x in rows(r)] == ["leaf-001"]),
    "fetch-row-without-bag-loses-everything": check(bag_stored=lambda r: any(x.get("rosbag") for x in rows(r)), job=lambda r: job(r).get("status") == "completed"),
    "fetch-short-card-path-loses-logs": check(log_kept=lambda r: any((x.get("ulog") or {}).get("sd_card_path") == "log/2026-01-15/14_30_22.ulg" for x in rows(r))),
    "fetch-mavftp-listing-fails": check(bag_stored=lambda r: len(rows(r)) == 1),
    "fetch-without-redis": check(stored=lambda r: len(rows(r)) == 1 and len(rows(r, "local")) == 1),
    "clear-cancel-without-redis": check(cancelled=lambda r: len(last(r).get("cancelled_jobs") or []) == 1),
    "existing-success": check(data=lambda r: ok(first(r)) and (first(r).get("data") or {}).get("total_matches") == 2, same_as_broadcast=lambda r: first(r).get("data") == broadcast(r).get("data")),
    "existing-empty": check(error=lambda r: first(r).get("status") == "error" and first(r).get("error_code") == "PROCESSING_ERROR"),
    "existing-skips-invalid-rows": check(rows=lambda r: sorted(x["id"] for x in broadcast(r)["data"]["flight_records"]) == ["record-001", "record-002"]),
    "redis-leaf-record-write": check(stored=lambda r: "leaf-001" in r.after["local"][LEAF], acknowledged=lambda r: [m["status"] for m in acknowledged(r)] == ["success"] * 2),
    "redis-leaf-record-invalid": check(acknowledged=lambda r: [m["status"] for m in acknowledged(r)] == ["error"] * 2, reason=lambda r: all(m["error"].startswith("Invalid request parameters: ") for m in acknowledged(r))),
    "sync-cancel-no-job": check(answer=lambda r: (first(r).get("status"), first(r).get("message"), first(r).get("error_code")) == ("error", "Sync job not found", "JOB_NOT_FOUND")),
    "sync-cancel-completed": check(answer=lambda r: last(r).get("error_code") == "PROCESSING_ERROR", row_kept=lambda r: all(x["sync_job_status"] == "completed" for x in rows(r))),
    "fetch-cancels-running-sync": sync_cancelled, "sync-restart-replaces-running": sync_cancelled,
    "sync-cancel-running-download": cancelled_everywhere, "sync-cancel-running-upload": cancelled_everywhere,
    "sync-upload-refused-still-completes": check(job=lambda r: any(str(j.get("error_message")).startswith("Job failed: S3 upload failed") for j in r.after["redis"].values() if isinstance(j, dict)),
                                                 no_key=lambda r: not any(x["rosbag"].get("s3_key") for x in rows(r))),
    "sync-job-stuck-when-row-vanishes": check(job=lambda r: any(j.get("job_type") == "FlightRecordSyncJob" and j["status"] == "error" for j in r.after["redis"].values() if isinstance(j, dict))),
    "sync-local-log-downloaded-again": check(no_download=lambda r: not any(k == "mavftp.get" for k, _ in r.effects), uploaded=lambda r: len(r.after["s3"]) == 2),
    "sync-subscribe-sub-job": check(topic=lambda r: ok(last(r)) and str(last(r).get("mqtt_topic")).endswith("log_download/progress")),
    "bulk-s3-move-failure-ignored": check(row_kept=lambda r: len(rows(r)) == 1, counted=lambda r: job(r).get("metadata", {}).get("total_failed") == 1),
    "http-check-sync": check(sub_jobs=lambda r: r.http[1]["status"] == 200 and bool(r.http[1]["body"]["sub_jobs"]), missing=lambda r: r.http[2]["status"] == 404),
}

# delete: one answer after the outcome (the early text is accepted in the success case only); the broadcast says the same
SUCCEEDS_HERE = {"delete-autopilot-only-log", "delete-local-row-absent", "delete-status-unknown"}


def deleted(run, golden):
    text = golden["published"][-1]["payload"]["message"]
    record, name = golden["request"]["payload"]["flight_record_id"], golden["scenario"]
    success = name in SUCCEEDS_HERE or text.endswith("deleted successfully")
    text = "Flight record %s deleted successfully" % record if success else text
    answer = first(run)
    return check(
        one_answer=lambda r: len(r.responses) == 1,
        answer=lambda r: (ok(answer) and answer["message"] in (text, "Deleting flight record " + record)) if success else
        (answer.get("status"), answer.get("message"), answer.get("error_code")) == ("error", text, "PROCESSING_ERROR"),
        broadcast=lambda r: len(r.broadcasts) == 1 and broadcast(r) == {"status": "success" if success else "error", "flight_record_id": record, "message": text},
        row=lambda r: not success or not rows(r),
        card=lambda r: name != "delete-autopilot-only-log" or not r.after["sd_card"])(run)
